"""What the API takes and gives beside questions, answers and matches."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from assistant.matching.types import Slot
from assistant.types import Frozen, InForce, Language
from ingest.notes import Audience, Note
from ingest.schemes import Group, Scheme, Spoken, Territory
from ingest.types import Provision

NO_NULL = r"^[^\x00]*$"
LONGEST = 200
Text = Annotated[str, StringConstraints(pattern=NO_NULL)]
Words = Annotated[str, StringConstraints(pattern=NO_NULL, max_length=LONGEST)]


def _number_as_words(given: object) -> object:
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


_AS_SENT = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": NO_NULL, "maxLength": LONGEST}], "default": ""}
Count = Annotated[Words, BeforeValidator(_number_as_words), WithJsonSchema(_AS_SENT)]


class AskRequest(Frozen):
    """A question and the earlier user turns, oldest first; a question that is too long is answered with a request to shorten it."""

    question: Text
    history: list[Text] = Field(default=[], description="earlier user turns, oldest first")


class MatchRequest(Frozen):
    """The fields of the wizard, all optional; « je ne sais pas » is an answer to each, for `needs` by naming it in `unknown`."""

    commune: Words = Field(default="", description="commune, postcode, intercommunalité or département, by name or code")
    headcount: Count = Field(default="", description="12, or « 10-19 »")
    sector: Words = Field(default="", description="trade in plain words, or a NAF code (French list of activities)")
    stage: Words = Field(default="", description="idea, creation, takeover, growth, difficulty or closure")
    needs: list[Words] = Field(default=[], max_length=30, description="what is looked for, as keys or in plain words")
    asker: Words = Field(default="", description="who asks: firm, intercommunalité, structure, jobseeker, employee, young…")
    unknown: list[Slot] = Field(default=[], max_length=6, description="slots answered « je ne sais pas »")
    language: Language = "fr"


class DocumentView(Frozen):
    """A published text; for a press note, `verbatim` is false: its words are ours, after the press."""

    id: str
    title: str
    short_title: str
    kind: str
    publisher: str
    signatories: list[str]
    date: dt.date | None
    date_note: str
    in_force_from: dt.date | None
    in_force_until: dt.date | None
    in_force: InForce
    original: str
    rights: str
    verbatim: bool
    digest: str
    provisions: int
    link: str


class Documents(Frozen):
    """Every registered text."""

    corpus_version: str
    documents: list[DocumentView]


class ProvisionView(Frozen):
    """A provision with our note on it, where there is one, its document and its page; `quote` is the exact slice of the source."""

    provision: Provision
    note: Note | None
    document: DocumentView
    link: str


class Hit(Frozen):
    """A provision found; scores compare within one response alone, `exact` says that the words named it by its number."""

    rank: int
    score: float
    exact: bool
    provision: Provision
    link: str


class SearchResult(Frozen):
    """Provisions for some words, best first."""

    query: str
    language: Language
    corpus_version: str
    results: list[Hit]


class SchemeRow(Frozen):
    """A scheme in the list of all of them."""

    id: str
    title: Spoken
    summary: Spoken
    nature: Literal["instrument", "line_of_action", "measure"]
    group: Group
    audience: list[Audience]
    territory: Territory
    ended: bool


class Schemes(Frozen):
    """Every scheme, by id."""

    corpus_version: str
    schemes: list[SchemeRow]


class SchemeView(Frozen):
    """A scheme and every passage that it, its criteria and the person to see rest on."""

    scheme: Scheme
    passages: list[Provision]


class Named(Frozen):
    """A code of the territory tables with its name."""

    code: str
    name: str


class PlaceView(Frozen):
    """A place; several EPCI when it may lie in any of them, `exact` false for a homonym, a slip or a wide postcode."""

    code: str
    name: str
    kind: str
    epci: list[Named]
    departement: Named | None
    petr: Named | None
    exact: bool


class Places(Frozen):
    """The places that some words may mean; `origin` says where membership comes from."""

    origin: str
    places: list[PlaceView]


class Health(Frozen):
    """The process is alive, or ready to answer."""

    status: Literal["alive", "ready"]
    corpus_version: str = ""
    engine: str = ""
