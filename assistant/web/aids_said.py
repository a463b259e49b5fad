"""A profile worded as a message that the chat understands as the same profile."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from assistant.matching.profile import read_profile
from assistant.matching.sector import section_of
from assistant.matching.types import Headcount, Profile, Sector
from assistant.types import Language
from assistant.web.aids_form import with_departement
from assistant.web.rendering import words
from ingest.french import fold
from ingest.territories import Territories
from ingest.wording import load_data


def sentence(profile: Profile, territories: Territories, language: Language) -> str:
    """Who asks, where, how many, which trade, which stage, which needs: only what is known; empty for an empty profile.

    Of the ways to name the place and the trade, the first that is read back as the same profile.
    « Je ne sais pas » is not worded: the chat asks again.
    """
    ways = [_worded(profile, *way, language) for way in product(_places(profile, territories), _trades(profile.sector, language))]
    told = (way for way in ways if facts(read_profile([way], territories)) == facts(profile))
    return next(told, ways[0])


def facts(profile: Profile) -> tuple[object, ...]:
    """What two profiles share when they mean the same, however it was written."""
    count, trade = profile.headcount, profile.sector
    return (
        tuple(profile.places), fold(profile.outside), (count.low, count.high) if count else None,
        tuple(trade.families) if trade and (trade.families or trade.section) else None, profile.stage, tuple(profile.needs), profile.asker,
    )  # fmt: skip


def _worded(profile: Profile, place: str, trade: str, language: Language) -> str:
    said = words("aids", language)
    asker = said[f"say_asker_{profile.asker}"] if profile.asker and not _told_by_trade(profile) else ""
    works = said["say_sector"].format(sector=trade) if trade else ""
    parts = [
        asker,
        said["say_place"].format(place=place) if place else "",
        _headcount(profile.headcount, said),
        works,
        said[f"say_stage_{profile.stage}"] if profile.stage else "",
        said["say_needs"].format(needs=", ".join(said[f"say_need_{need}"] for need in profile.needs)) if profile.needs else "",
    ]
    return " ".join(part for part in parts if part)


def _told_by_trade(profile: Profile) -> bool:
    """Who works on a farm says so by the trade."""
    return profile.asker == "farmer" and profile.sector is not None and profile.sector.families == ["agriculture"]


def _headcount(count: Headcount | None, said: dict[str, str]) -> str:
    if count is None:
        return ""
    if count.high is None:
        return said["say_headcount_more"].format(low=count.low)
    return said["say_headcount" if count.low == count.high else "say_headcount_range"].format(low=count.low, high=count.high)


def _places(profile: Profile, territories: Territories) -> list[str]:
    """The ways to name the place: with its département, by its name alone, as it was written."""
    place = territories.place(profile.places[0]) if len(profile.places) == 1 else None
    ways = [with_departement(place), place.name] if place else []
    return _once([*ways, profile.place_written or profile.outside])


def _trades(sector: Sector | None, language: Language) -> list[str]:
    """The trade as it was written, then words of the table that mean the same."""
    return _once([sector.written, *_alike(sector.section, sector.division, tuple(sector.families), language)]) if sector else [""]


@cache
def _alike(section: str, division: str, families: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """Up to five words of the same division, then of the same section, with these families."""
    rows = load_data("assistant", "profile/trades")["trades"]
    same = [row for row in rows if tuple(row["families"]) == families and row["naf"] in (division, section)]
    near = [row for row in rows if tuple(row["families"]) == families and division and _section(row["naf"]) == section]
    return tuple(word for row in [*same, *near] for word in _first_words(row.get(language, "")))[:5]


def _section(naf: str) -> str:
    return section_of(naf) if naf.isdigit() else naf


def _first_words(listed: str) -> Iterator[str]:
    yield from (word.strip() for word in listed.split(",")[:2] if word.strip())


def _once(ways: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(way for way in ways if way)) or [""]
