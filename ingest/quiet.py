"""No call to the outside that nobody asked for: imported before any library that would make one."""

import os

from pydantic_settings import BaseSettings, SettingsConfigDict

ALWAYS = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}


class _ModelChoice(BaseSettings):
    """The one setting needed this early, read as `ingest.settings.Settings` reads it."""

    model_config = SettingsConfigDict(env_prefix="PACTES_", env_file=".env", extra="ignore")

    embedding_model: str = "default"


def be_quiet() -> None:
    """Switch telemetry and tracing off, and the model hub too unless another embedding model was chosen."""
    os.environ.update(ALWAYS)
    if _ModelChoice().embedding_model == "default":
        os.environ["HF_HUB_OFFLINE"] = "1"


be_quiet()
