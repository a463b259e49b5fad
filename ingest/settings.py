"""Every setting of the program, in one place; `python -m assistant settings` prints this table."""

from functools import cache
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment (prefix `PACTES_`) and from a `.env` file in the current folder."""

    model_config = SettingsConfigDict(env_prefix="PACTES_", env_file=".env", extra="ignore", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of the register, the source texts and the notes")
    index: Path = Field(Path(".index"), description="folder of the index (a cache: it can be deleted at any time)")
    cache: Path = Field(user_cache_path("pactes-grand-est"), description="folder of the converted embedding model")
    embedding_model: str = Field(
        "default",
        description="`default` for the model delivered with the program, else the hub name or path of any sentence-transformers model",
    )
    embedding_threads: int = Field(2, ge=1, description="threads that encoding may use")
    embedding_batch: int = Field(16, ge=1, description="texts encoded at once")
    host: str = Field("127.0.0.1", description="address the interface listens on")
    port: int = Field(7860, ge=1, le=65535, description="port the interface listens on")
    question_limit: int = Field(2000, ge=50, description="longest question accepted, in characters")
    body_limit: int = Field(65_536, ge=1024, description="largest body of a request to the API, in bytes")
    model: str = Field(
        "",
        description="language model that words answers, as `provider:model` (`ollama:qwen3`, `openai:…`); empty for none",
    )
    model_base_url: str = Field("", description="address of the model's server; empty for the provider's own")
    model_api_key: SecretStr = Field(SecretStr(""), description="key of the model's provider; never shown")
    model_timeout: float = Field(20.0, gt=0, description="seconds a model may take for an answer; the program then answers alone")
    model_max_tokens: int = Field(800, ge=50, description="longest draft asked of a model, in its tokens")
    model_temperature: float = Field(0.0, ge=0, le=2, description="how freely a model words its draft; 0 to repeat itself")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
