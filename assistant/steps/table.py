"""Two sides of a comparison as a table: each cell says what its passage means and cites it; the quotations stand below."""

from itertools import zip_longest

from assistant.context import Statement, Turn
from assistant.texts import say


def side_by_side(turn: Turn, markers: dict[str, int], ended: dict[str, str]) -> list[str]:
    """The table and the statements' quotations as parts of a Markdown text; empty unless two sides have something to say.

    `ended` gives, by provision, what is said behind a statement of a text that has ended.
    """
    columns = [(title, [one for one in turn.statements if one.sources[0] in names]) for title, names in turn.sides]
    columns = [column for column in columns if column[1]]
    if len(columns) < 2:
        return []
    rows = [[title for title, _ in columns], ["---"] * len(columns)]
    for cells in zip_longest(*(own for _, own in columns)):
        rows.append([_cell(one, markers, ended) if one else "" for one in cells])
    quoted = [one for _, own in columns for one in own if one.quoted]
    return ["\n".join(f"| {' | '.join(row)} |" for row in rows), *(_quotation(turn, one) for one in quoted)]


def _cell(one: Statement, markers: dict[str, int], ended: dict[str, str]) -> str:
    marks = "".join(f" [{markers[name]}]" for name in one.sources)
    return f"{one.text}{ended.get(one.sources[0], '')}{marks}".replace("|", "\\|").replace("\n", " ")


def _quotation(turn: Turn, one: Statement) -> str:
    first = turn.engine.index.provisions[one.sources[0]]
    verbatim = turn.engine.index.documents[first.document_id].verbatim
    words = f"« {one.quoted} »" if verbatim else f"{one.quoted} {say('press', turn.language)}"
    return f"> {words}\n>\n> *{first.label}*"
