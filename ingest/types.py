"""Documents, provisions and notes: the words every other module shares."""

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Kind(StrEnum):
    """What a provision is; the value is what `ingest list` prints."""

    TITLE = "title"
    SECTION = "section"
    PRIORITY = "priority"
    AXIS = "axis"
    OBJECTIVE = "objective"
    COMMITMENT = "commitment"
    STEP = "step"
    PRINCIPLE = "principle"
    PILLAR = "pillar"
    LEVER = "lever"
    CHALLENGE = "challenge"
    LEVEL = "level"
    MEASURE = "measure"
    MEANS = "means"
    TOOL = "tool"
    ITEM = "item"
    LIST = "list"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"


class Strict(BaseModel):
    """A record that refuses unknown fields and never changes once made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(Strict):
    """Characters `start` to `end` (excluded) of a source text."""

    start: int
    end: int


class Figure(Strict):
    """A quantity or a date as written in a provision, and its normal form (« 1,2 M€ » -> « 1200000 € »)."""

    written: str
    value: str
    unit: str


class Furniture(Strict):
    """Text of a page that belongs to the page and not to the document, declared word for word."""

    text: str
    why: str


class Document(Strict):
    """One row of the register `corpus/documents.yaml`."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str
    short_title: str
    kind: Literal["pact", "web_page", "evaluation", "declaration", "press_note", "other"]
    publisher: str
    signatories: list[str] = []
    committed: dict[str, list[str]] = {}
    section_actors: dict[str, list[str]] = {}
    date: dt.date | None = None
    date_note: str = ""
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None
    in_force: Literal["dated", "unknown"] = "unknown"
    territories: list[str] = []
    source: str
    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    original: str = ""
    rights: str
    verbatim: bool = True
    furniture: list[Furniture] = []
    doubled: dict[str, str] = {}
    names: list[str] = []
    places: list[str] = []


class Provision(Strict):
    """The smallest unit that can be cited: `quote` is exactly `source[start:end]`."""

    id: str
    document_id: str
    kind: Kind
    path: list[str]
    label: str
    actors: list[str]
    serves: list[str]
    quote: str
    quote_plain: str
    start: int
    end: int
    figures: list[Figure] = []
    parent: str | None = None
    context: str = ""
