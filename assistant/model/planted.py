"""Orders planted in a document: a passage that speaks to its reader as to a program is kept from the model."""

import re
from functools import cache

from ingest.french import fold
from ingest.types import Provision
from ingest.wording import load_data


def gives_orders(provision: Provision) -> bool:
    """Whether the words of a provision give orders to whoever answers from them."""
    return _orders().search(fold(provision.quote_plain)) is not None


@cache
def _orders() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in load_data("assistant", "planted")["orders"]))
