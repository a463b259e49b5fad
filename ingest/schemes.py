"""What the texts offer or plan for someone: the catalogue `corpus/schemes`, a file a scheme."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from ingest.concepts import Lexicon, lexicon_of
from ingest.errors import CorpusError
from ingest.notes import Audience
from ingest.types import Strict
from ingest.wording import load
from ingest.yaml_text import read_yaml

SCHEMES = "schemes.jsonl"
Group = Literal["funding", "advice", "training", "premises", "network", "information", "services", "promotion"]
Territory = Literal["grand-est", "val-de-lorraine", "coeur-de-lorraine", "ardennes", "alsace", "sarrebourg-moselle-sud", "national"]

WITH_PACT = ("val-de-lorraine", "coeur-de-lorraine")
"""Territories that have a pact of their own, by the ids of the territory tables."""


class Spoken(Strict):
    """A text in the three languages."""

    fr: str
    en: str = ""
    de: str = ""


class Check(Strict):
    """The fact that decides a condition: one of `any` (or at most `max`) meets it, one of `maybe` leaves it open, others fail.

    `slot` is a slot of a profile, or `period` for a text that is over; values are areas, sectors, stages, needs or askers.
    """

    slot: Literal["place", "headcount", "sector", "stage", "needs", "asker", "period"]
    any: list[str] = []
    maybe: list[str] = []
    max: int | None = None


class Criterion(Strict):
    """A condition that a text writes, and the provision it rests on; without a test, only the asker can tell."""

    name: str
    asked: Spoken
    provision: str
    test: Check | None = None


class Scheme(Strict):
    """One support or line of action; `provisions` begins with the passage that best says what is given, and to whom.

    `group` is the kind of help, by which results are shown together.
    """

    id: str
    inventory: str
    nature: Literal["instrument", "line_of_action", "measure"]
    title: Spoken
    summary: Spoken
    provisions: list[str] = Field(min_length=1)
    group: Group
    offered_by: list[str] = []
    audience: list[Audience] = []
    persons: list[str] = []
    needs: list[str] = []
    sectors: list[str] = []
    territory: Territory
    max_headcount: int | None = None
    ended: bool = False
    criteria: list[Criterion] = []
    open: Spoken | None = None
    see: str | None = None
    rank: int = Field(ge=1, le=3)


def load_schemes(corpus: Path) -> list[Scheme]:
    """Every scheme in the order of ids. Raises CorpusError naming file and field."""
    schemes = [_read(path) for path in sorted((corpus / "schemes").glob("*.yaml"))]
    ids = [scheme.id for scheme in schemes]
    if doubled := {one for one in ids if ids.count(one) > 1}:
        raise CorpusError(f"two schemes have the id « {min(doubled)} »", file=corpus / "schemes", remedy="give each an id of its own")
    return schemes


def _read(path: Path) -> Scheme:
    try:
        return Scheme.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise CorpusError("this scheme is not valid YAML", file=path, remedy="correct the file") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise CorpusError(f"the field « {where} » cannot be read ({first['msg']})", file=path, remedy="correct this field") from error


def refuse_unknown(schemes: Iterable[Scheme], provisions: Collection[str], folder: Path) -> None:
    """Raise CorpusError for a scheme that rests on a provision, or meets a need, that does not exist."""
    needs = set(load("needs"))
    for scheme in schemes:
        file = folder / f"{scheme.id}.yaml"
        for name in passages_of(scheme):
            if name not in provisions:
                raise CorpusError(f"the scheme rests on « {name} », which does not exist", file=file, remedy="correct it")
        for need in scheme.needs:
            if need not in needs:
                raise CorpusError(f"the need « {need} » is not known", file=file, remedy="use one of ingest/data/needs.yaml")


def standing_on(schemes: Iterable[Scheme], provisions: Collection[str]) -> list[Scheme]:
    """The schemes whose every passage is among these provisions."""
    return [scheme for scheme in schemes if all(name in provisions for name in passages_of(scheme))]


def passages_of(scheme: Scheme) -> list[str]:
    """Every passage that a scheme names: its own, those of its conditions, and whom to see."""
    return [*scheme.provisions, *(c.provision for c in scheme.criteria), *([scheme.see] if scheme.see else [])]


def as_lines(schemes: Iterable[Scheme]) -> bytes:
    """The catalogue as the index keeps it."""
    return b"".join(scheme.model_dump_json().encode() + b"\n" for scheme in schemes)


def from_lines(data: bytes) -> list[Scheme]:
    """The catalogue of an index."""
    return [Scheme.model_validate_json(line) for line in data.split(b"\n") if line]


def needs_lexicon() -> Lexicon:
    """Everyday words for what people need, by need."""
    return lexicon_of("needs")
