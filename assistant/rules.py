"""The rules of `data/checking.yaml`, read once."""

import re
from functools import cache
from typing import Any

from assistant.evidence import LANGUAGES
from assistant.types import Language
from ingest.wording import load_data


def checking_rules() -> dict[str, Any]:
    """The whole file."""
    read: dict[str, Any] = load_data("assistant", "checking")
    return read


@cache
def claims() -> dict[str, dict[Language, re.Pattern[str]]]:
    """Claims that need their own words in a passage: how each language makes them."""
    return {name: {language: re.compile(row[language]) for language in LANGUAGES} for name, row in checking_rules()["claims"].items()}
