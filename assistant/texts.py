"""The program's own phrases, by language."""

from functools import cache
from importlib.resources import files

from assistant.types import Language
from ingest.yaml_text import read_yaml


@cache
def _phrases(language: Language) -> dict[str, str]:
    source = files("assistant").joinpath("data", "texts", f"{language}.yaml")
    return dict(read_yaml(source.read_text(encoding="utf-8")))


def say(name: str, language: Language, **values: object) -> str:
    """The phrase of that name, its places filled in."""
    return _phrases(language)[name].format(**values) if values else _phrases(language)[name]
