"""The wizard's form: what its address holds, and the profile that this makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self, cast, get_args

from starlette.datastructures import QueryParams

from assistant.matching import situation
from assistant.matching.profile import ProfileError, profile_from_fields
from assistant.matching.types import Asker, Profile, Sector, Slot, Stage
from assistant.types import Language
from ingest.territories import Place, Territories
from ingest.wording import load

UNKNOWN = "?"
"""What a list of choices sends for « je ne sais pas »."""
LONGEST, MOST = 200, 60
SLOTS: tuple[Slot, ...] = get_args(Slot)
FARMING = Sector(written="agriculture", section="A", division="01", families=["agriculture"])
PERSONS = ("jobseeker", "employee", "young", "household")
PROJECTS = ("idea", "creation", "takeover")


@dataclass(frozen=True)
class Given:
    """The fields as they were sent; `lieu` is the INSEE code picked where a name or postcode meant several communes."""

    commune: str = ""
    lieu: str = ""
    headcount: str = ""
    sector: str = ""
    stage: str = ""
    asker: str = ""
    needs: tuple[str, ...] = ()
    words: str = ""
    unknown: tuple[Slot, ...] = ()
    sent: bool = False

    @classmethod
    def of(cls, query: QueryParams) -> Self:
        """From an address; unknown keys are left out, long values cut."""

        def one(name: str) -> str:
            return query.get(name, "").replace("\0", "").strip()[:LONGEST]

        texts = {name: one(name) for name in ("commune", "lieu", "headcount", "sector", "stage", "asker", "words")}
        needs = [need for need in query.getlist("needs")[:MOST] if need in load("needs")]
        held = {"place": texts["commune"], "headcount": texts["headcount"], "sector": texts["sector"], "needs": needs or texts["words"]}
        lost = [slot for slot in SLOTS if slot in query.getlist("unknown") or texts.get(slot) == UNKNOWN]
        unknown = tuple(slot for slot in lost if not held.get(slot))
        sent = any(name in query for name in (*texts, "needs", "unknown"))
        return cls(**texts, needs=tuple(dict.fromkeys(needs)), unknown=unknown, sent=sent)

    def query(self) -> dict[str, Any]:
        """The shortest address that says the same; lists are sent value by value."""
        rows: dict[str, Any] = {name: getattr(self, name) for name in ("commune", "lieu", "headcount", "sector", "stage", "asker", "words")}
        return {**rows, "needs": list(self.needs), "unknown": [slot for slot in self.unknown if rows.get(slot) != UNKNOWN]}

    def fields(self) -> dict[str, Any]:
        """The fields as `profile_from_fields` takes them."""
        chosen = {name: "" if value == UNKNOWN else value for name, value in (("stage", self.stage), ("asker", self.asker))}
        needs = [*self.needs, *([self.words] if self.words else [])]
        return {
            "commune": self.commune,
            "headcount": self.headcount,
            "sector": self.sector,
            "needs": needs,
            "unknown": self.unknown,
            **chosen,
        }


@dataclass(frozen=True)
class Reading:
    """The profile of a form, what could not be read by slot, the communes to choose from, the facts that do not apply."""

    given: Given
    profile: Profile
    errors: Mapping[str, str]
    choices: tuple[Place, ...]
    dropped: tuple[Slot, ...]


def read(given: Given, territories: Territories, language: Language) -> Reading:
    """A form read as a conversation would be: the same facts give the same profile."""
    errors: dict[str, str] = {}
    fields = given.fields()

    def profile_of(**changed: str) -> Profile:
        return profile_from_fields(territories=territories, **fields | changed)

    while (error := _refused(profile_of)) is not None:
        errors[error.slot] = error.say(language)
        fields["commune" if error.slot == "place" else error.slot] = [] if error.slot == "needs" else ""
    profile = profile_of()
    dropped = _not_theirs(profile)
    profile = _as_told(profile_of(**dict.fromkeys(dropped, "")) if dropped else profile)
    return _placed(Reading(given, profile, errors, (), dropped), territories)


def _refused(make: Callable[[], Profile]) -> ProfileError | None:
    try:
        make()
    except ProfileError as error:
        return error
    return None


def _not_theirs(profile: Profile) -> tuple[Slot, ...]:
    """The facts that such an asker does not have: an official no stage, a household no staff, a farmer no other trade."""
    asker, sector, stage = profile.asker, profile.sector, profile.stage
    alone = asker in ("intercommunalité", "household")
    own = not (asker in PERSONS and sector and not sector.division) and not (asker == "farmer" and sector and not _farms(sector))
    wrong: dict[Slot, bool] = {
        "headcount": asker == "household" and profile.headcount is not None,
        "sector": sector is not None and (alone or not own),
        "stage": stage is not None and (alone or asker == "investor" or (asker in PERSONS and stage not in PROJECTS)),
    }
    return tuple(slot for slot, found in wrong.items() if found)


def _farms(sector: Sector) -> bool:
    return "agriculture" in sector.families


def _as_told(profile: Profile) -> Profile:
    """With what a trade, a need or a stage says of the rest, as it does in a conversation."""
    asker, stage, sector = profile.asker, profile.stage, profile.sector
    if asker in ("firm", "employee") and sector and sector.families == ["agriculture"]:
        asker = "farmer"
    if asker in (None, "young"):
        asker = cast(Asker | None, situation.asker_of(profile.needs)) or asker
    if stage is None and (told := situation.stage_of(profile.needs)) and (told in PROJECTS or asker not in PERSONS):
        stage = cast(Stage, told)
    changed: dict[str, object] = {"asker": asker, "stage": stage if asker not in ("intercommunalité", "investor") else None}
    if asker == "farmer" and sector is None:
        changed["sector"] = FARMING
    if asker == "household":
        changed |= {"stage": None, "sector": None, "headcount": None}
    return profile.model_copy(update=changed)


def _placed(reading: Reading, territories: Territories) -> Reading:
    """With the commune that was picked, or those to pick from when they lie in several EPCI or départements."""
    profile, given = reading.profile, reading.given
    places = [place for code in profile.places if (place := territories.place(code))]
    picked = next((place for place in places if place.code == given.lieu), None)
    if picked:
        name = with_departement(picked)
        told = profile.model_copy(update={"places": [picked.code], "place_written": name})
        return replace(reading, profile=told, given=replace(given, commune=name if _is(name, picked, territories) else given.commune))
    spread = {(place.epci, place.departement) for place in places}
    choices = tuple(places) if len(spread) > 1 and all(place.kind == "commune" for place in places) else ()
    return replace(reading, choices=choices, given=replace(given, lieu=""))


def as_form(profile: Profile, territories: Territories) -> Given:
    """The form that holds what a conversation said, as far as its fields can."""
    place = territories.place(profile.places[0]) if len(profile.places) == 1 else None
    count = profile.headcount
    many = "" if count is None else str(count.low) if count.high in (None, count.low) else f"{count.low}-{count.high}"
    needs = tuple(need for need in profile.needs if need in load("needs"))
    return Given(
        commune=with_departement(place) if place else "", headcount=many, sector=profile.sector.written if profile.sector else "",
        stage=profile.stage or "", asker=profile.asker or "", needs=needs, sent=True,
    )  # fmt: skip


def with_departement(place: Place) -> str:
    """« Pompey (54) »: the name that a form and a message both understand."""
    return f"{place.name} ({place.departement})" if place.kind == "commune" else place.name


def _is(name: str, place: Place, territories: Territories) -> bool:
    return [one.code for one in territories.find(name)] == [place.code]
