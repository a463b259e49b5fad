"""The program's own phrases, by language."""

from functools import cache
from importlib.resources import files

import yaml

from assistant.types import Language


@cache
def _phrases(language: Language) -> dict[str, str]:
    source = files("assistant").joinpath("data", "texts", f"{language}.yaml")
    return dict(yaml.safe_load(source.read_text(encoding="utf-8")))


def say(name: str, language: Language, **values: object) -> str:
    """The phrase of that name, its places filled in."""
    return _phrases(language)[name].format(**values) if values else _phrases(language)[name]
