"""Every setting of the program, in one place; `python -m assistant settings` prints this table."""

from functools import cache
from os import cpu_count
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment (prefix `PACTES_`) and from a `.env` file in the current folder."""

    model_config = SettingsConfigDict(env_prefix="PACTES_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True)

    corpus: Path = Field(Path("corpus"), description="folder of the register, the source texts and the notes")
    index: Path = Field(Path(".index"), description="folder of the index (a cache: it can be deleted at any time)")
    cache: Path = Field(user_cache_path("pactes-grand-est"), description="folder of the converted embedding model")
    chroma_url: str = Field(
        "",
        validation_alias=AliasChoices("PACTES_CHROMA_URL", "CHROMA_URL"),
        description="address of a Chroma server that holds the vectors (`http://host:8000`); empty for a folder of the index",
    )
    chroma_timeout: float = Field(10.0, gt=0, description="seconds the Chroma server may take to answer one request")
    embedding_model: str = Field(
        "default",
        description="`default` for the model delivered with the program, else the hub name or path of any sentence-transformers model",
    )
    embedding_threads: int = Field(2, ge=1, description="threads that encoding may use")
    embedding_batch: int = Field(16, ge=1, description="texts encoded at once")
    host: str = Field("127.0.0.1", description="address the interface listens on")
    port: int = Field(7860, ge=1, le=65535, description="port the interface listens on")
    workers: int = Field(1, ge=1, description="processes that answer on the port; as many as cores to use them all (Linux)")
    question_limit: int = Field(2000, ge=50, description="longest question accepted, in characters")
    body_limit: int = Field(65_536, ge=1024, description="largest body of a request to the API, in bytes")
    contact: str = Field(
        "", description="e-mail address for errors and accessibility, shown on the pages about the service; empty for none"
    )
    feedback: str = Field("", description="file that verdicts on answers are added to, without a word of them; empty to keep none")
    model: str = Field(
        "",
        description="language model that words answers, as `provider:model` (`ollama:qwen3`, `openai:…`); empty for none",
    )
    model_base_url: str = Field("", description="address of the model's server; empty for the provider's own")
    model_api_key: SecretStr = Field(SecretStr(""), description="key of the model's provider; never shown")
    model_timeout: float = Field(20.0, gt=0, description="seconds a model may take for an answer; the program then answers alone")
    model_max_tokens: int = Field(800, ge=50, description="longest draft asked of a model, in its tokens")
    model_temperature: float = Field(0.0, ge=0, le=2, description="how freely a model words its draft; 0 to repeat itself")
    answers_at_once: int = Field(
        cpu_count() or 1, ge=1, description="answers computed at the same time, by all workers; as many as cores unless set"
    )
    answer_seconds: float = Field(60.0, gt=0, description="seconds an answer may take, the wait for a place included")
    queue_length: int = Field(64, ge=0, description="questions that may wait for a place; one more is asked to come back (503)")
    queue_per_client: int = Field(8, ge=0, description="questions of one client that may wait while one of its own is answered (429)")
    rate_per_client: int = Field(120, ge=1, description="questions a client may ask in a minute (429)")
    rate_burst: int = Field(60, ge=1, description="questions a client may ask in a row before that rate holds")
    rate_per_address: int = Field(1200, ge=1, description="questions a minute from one address, whatever keys it shows (429)")
    trusted_proxies: str = Field(
        "", description="addresses and networks of proxies whose X-Forwarded-For and -Proto are believed, between commas; empty for none"
    )
    root_path: str = Field(
        "", pattern=r"^(/[\w.~-]+)*$", description="prefix under which a proxy serves the program, as /pactes; empty for none"
    )
    cors_origins: str = Field("", description="origins whose pages may call the API from a browser, between commas; empty for none")
    metrics_from: str = Field("127.0.0.1,::1", description="addresses and networks that may read /metrics, between commas")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much the log on standard error says")
    question_log: str = Field("", description="file in which questions are kept, masked; empty to keep none")
    question_log_days: int = Field(30, ge=1, le=30, description="days after which a kept question is purged")
    answering: bool = Field(True, description="whether questions are answered; false turns answers off and leaves the texts readable")
    answers_off: Path = Field(
        Path("answers-off.txt"), description="file that turns answers off as long as it exists; what it says is shown to whoever asks"
    )


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
