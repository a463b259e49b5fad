"""The seam to language models: LangChain's `init_chat_model` behind one function."""

from functools import cache
from typing import Any, NamedTuple

from langchain_core.language_models import BaseChatModel

from ingest.errors import CorpusError
from ingest.quiet import be_quiet
from ingest.settings import Settings
from ingest.wording import load_data


class Chat(NamedTuple):
    """A chat model, what answers say of it (`provider:model`), and the seconds it may take for one."""

    model: BaseChatModel
    name: str
    seconds: float


class ModelSettingError(CorpusError):
    """The model that is set cannot be opened; the message says what to correct."""


def open_chat(settings: Settings) -> Chat | None:
    """The chat model that is set, or None when none is; nothing is called yet. Raises ModelSettingError."""
    if not settings.model:
        return None
    provider, colon, name = settings.model.partition(":")
    if not (provider and colon and name):
        remedy = "write it as provider:model, for instance ollama:qwen3"
        raise ModelSettingError(f"PACTES_MODEL is « {settings.model} », without a provider", remedy=remedy)
    be_quiet()
    return Chat(_opened(provider, name, settings), settings.model, settings.model_timeout)


def _opened(provider: str, name: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model  # a second to load: only with a model

    try:
        chat: BaseChatModel = init_chat_model(name, model_provider=provider, **_options(provider, settings))
    except ImportError as error:
        remedy = f"install the package langchain-{provider.replace('_', '-')}, or set PACTES_MODEL to another model"
        raise ModelSettingError(f"the provider « {provider} » is not installed", remedy=remedy) from error
    except Exception as error:
        # Each provider's class raises its own kinds; their messages may hold the key, so they stay out of ours.
        told = f"the model « {settings.model} » cannot be opened ({type(error).__name__})"
        raise ModelSettingError(told, remedy="correct PACTES_MODEL, PACTES_MODEL_BASE_URL or PACTES_MODEL_API_KEY") from None
    return chat


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """The settings under the names that a provider's class gives them; what it has no name for is left out."""
    values: dict[str, Any] = {
        "temperature": settings.model_temperature,
        "max_tokens": settings.model_max_tokens,
        "timeout": settings.model_timeout,
        "base_url": settings.model_base_url or None,
        "api_key": settings.model_api_key.get_secret_value() or _no_key(provider, settings),
        "max_retries": 0,
    }
    options: dict[str, Any] = {}
    for field, name in (_names()["all"] | _names().get(provider, {})).items():
        if name and values[field] is not None:
            _put(options, name, values[field])
    return options


def _no_key(provider: str, settings: Settings) -> str | None:
    """A server of one's own asks for no key, where the provider's class does."""
    return "none" if settings.model_base_url and provider in _names()["keyless"] else None


def _put(options: dict[str, Any], name: str, value: object) -> None:
    """« client_kwargs.timeout » goes into a dictionary of its own."""
    *folders, last = name.split(".")
    for folder in folders:
        options = options.setdefault(folder, {})
    options[last] = value


@cache
def _names() -> dict[str, Any]:
    return dict(load_data("assistant", "providers"))
