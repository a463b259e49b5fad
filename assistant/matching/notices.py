"""What goes with the results: where the asker is, by which table, and what the texts do not know there."""

from collections.abc import Sequence

from assistant.clock import in_force, spoken_date
from assistant.matching.catalogue import Catalogue, Entry
from assistant.matching.criteria import Facts
from assistant.matching.said import MOST, place_names
from assistant.matching.spoken import phrase, spelt_out
from assistant.matching.standing import Standing
from assistant.matching.types import Profile
from assistant.texts import say
from assistant.types import Language
from ingest.territories import Place


def notices(profile: Profile, facts: Facts, standings: Sequence[Standing], catalogue: Catalogue, language: Language) -> list[str]:
    """Sentences in the order of reading; the last says that this is no decision."""
    household = profile.asker == "household" and not standings
    found = list(profile.contradictions)
    found += [phrase("household", language)] if household else []
    found += _of_places(profile, facts, catalogue, language)
    found += [] if household else _of_results(profile, standings, catalogue, language)
    return [*found, phrase("indication", language)]


def _of_places(profile: Profile, facts: Facts, catalogue: Catalogue, language: Language) -> list[str]:
    places, names = facts.places, place_names(profile, facts)
    if not names:
        written = profile.place_written
        return [phrase("unknown_place", language, written=written)] if written else []
    if not places:
        return [phrase("outside", language, place=profile.outside)]
    if len(names) == 1:
        return _of_one(places[0], names[0], catalogue, language)
    if facts.areas and "to_check" not in facts.areas.values():
        return _local_pact(places[0], catalogue, language)
    told = ", ".join(names if len(names) <= MOST else [*names[:MOST], "…"])
    return [phrase("several_places", language, written=profile.place_written or names[0], places=told)]


def _of_one(place: Place, name: str, catalogue: Catalogue, language: Language) -> list[str]:
    if len(place.epci) > 1 and place.kind != "petr":
        return [phrase("wide_place", language, place=name)]
    return [*_membership(place, name, catalogue, language), *_local_pact(place, catalogue, language)]


def _membership(place: Place, name: str, catalogue: Catalogue, language: Language) -> list[str]:
    """The EPCI and the PETR of a place: knowledge from outside the pacts, with its origin and its date."""
    tables = catalogue.territories.tables
    groups = [spelt_out(tables.epci[place.epci[0]].name)] if place.kind in ("commune", "postcode") else []
    labels = [label for label in tables.labels if label.id == place.petr and place.kind != "petr"]
    names = [*groups, *(spelt_out(label.name) for label in labels)]
    found = [phrase("membership", language, place=name, groups=", ".join(names))] if names else []
    for label in labels:
        file, _, where = next(member.source for member in label.epci if member.code in place.epci).partition(", ")
        source = next((document.short_title for document in catalogue.documents.values() if document.source == file), file)
        checked = spoken_date(label.checked_on, language)
        found.append(phrase("label_checked", language, label=label.name, source=f"{source}, {where}", date=checked))
    return found


def _local_pact(place: Place, catalogue: Catalogue, language: Language) -> list[str]:
    """What the texts do not know of this territory."""
    local = [entry.scheme for entry in catalogue.entries if place.petr and entry.scheme.territory == place.petr]
    if not local:
        return [phrase("no_local_pact", language)]
    if not all(scheme.ended for scheme in local):
        return []
    until = catalogue.documents[catalogue.provisions[local[0].provisions[0]].document_id].in_force_until
    return [phrase("pact_ended", language, date=spoken_date(until, language))] if until else []


def _of_results(profile: Profile, standings: Sequence[Standing], catalogue: Catalogue, language: Language) -> list[str]:
    possible = [one.entry for one in standings if one.status in ("yes", "to_check")]
    found = [phrase("no_need", language)] if not profile.needs and possible else []
    if not standings:
        return [phrase("no_lead", language)]
    if not possible and not (profile.outside and not profile.places):
        found.append(phrase("nothing", language))
    return [*found, *_undated(possible, catalogue, language)]


def _undated(entries: Sequence[Entry], catalogue: Catalogue, language: Language) -> list[str]:
    """A local text without dates is not open for ever."""
    local = (entry.scheme.provisions[0] for entry in entries if entry.scheme.territory not in ("grand-est", "national"))
    documents = {catalogue.provisions[name].document_id: None for name in local}
    undated = (catalogue.documents[name] for name in documents if in_force(catalogue.documents[name]) == "unknown")
    return [say("undated", language, document=document.short_title) for document in undated]
