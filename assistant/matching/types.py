"""What an asker says of a firm or of himself, and what matching gives back: the contract of `assistant match`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from assistant.types import Citation, Frozen, Language, NextQuestion

Slot = Literal["place", "headcount", "sector", "stage", "needs", "asker"]
Stage = Literal["idea", "creation", "takeover", "growth", "difficulty", "closure"]
Asker = Literal["firm", "intercommunalité", "structure", "jobseeker", "employee", "young", "household", "investor", "farmer"]
Verdict = Literal["yes", "no", "to_check"]
Outcome = Literal["yes", "almost", "to_check", "no"]


class Headcount(Frozen):
    """How many people work there: one number twice, or a range; `high` is None where only « more than » was said."""

    low: int = Field(ge=0)
    high: int | None = Field(default=None, ge=0)
    written: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high is not None and self.high < self.low:
            raise ValueError("`high` is below `low`")
        return self


class Sector(Frozen):
    """A trade as it was written, with its section and division of the NAF (the French list of activities)."""

    written: str
    section: str = ""
    division: str = ""
    families: list[str] = []


class Profile(Frozen):
    """What is known of who asks; what was not said is absent, never guessed.

    `places` holds codes of the territory tables: one when the place is sure, several when a name or postcode may mean
    several places; `outside` is the name of a place outside the region. `needs` are keys of the table of needs, `unknown`
    the slots answered « je ne sais pas », `contradictions` sentences on facts that cannot both hold.
    """

    places: list[str] = []
    place_written: str = ""
    outside: str = ""
    headcount: Headcount | None = None
    sector: Sector | None = None
    stage: Stage | None = None
    needs: list[str] = []
    asker: Asker | None = None
    unknown: list[Slot] = []
    contradictions: list[str] = []


class CriterionResult(Frozen):
    """One condition of a scheme held against the profile: what is asked, what was said, and the passage it rests on."""

    name: str
    asked: str
    said: str
    verdict: Verdict
    provision_id: str
    quote: str


class SchemeResult(Frozen):
    """One scheme for one profile; its status is its worst criterion, « almost » when only one that can change fails.

    `group` is the kind of help by which results are shown together, `open` what the texts leave open.
    """

    scheme_id: str
    title: str
    nature: str
    status: Outcome
    gives: str
    audience: list[str]
    ended: bool
    criteria: list[CriterionResult]
    contacts: list[str]
    open: str = ""
    group: str = ""
    territory: str = ""
    offered_by: list[str] = []
    citations: list[Citation]


class MatchResult(Frozen):
    """Everything `assistant match` answers, results best first."""

    profile: Profile
    language: Language
    results: list[SchemeResult]
    notices: list[str]
    next_question: NextQuestion | None = None
