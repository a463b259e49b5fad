"""Compose the answer without a model: our notes say what a passage means, the quotation shows it."""

from dataclasses import replace

from assistant.choose import twins_of
from assistant.clock import in_force
from assistant.conditions import open_conditions
from assistant.context import Found, Statement, Turn
from assistant.model.composed import compose_with_model
from assistant.special import about_letters
from assistant.steps.cite import citation
from assistant.steps.table import side_by_side
from assistant.support import unsupported
from assistant.texts import say
from ingest.types import Provision

QUOTED = 2
SHOWN_TO_MODEL = 12
LONG = 900


def run(turn: Turn) -> None:
    """Fill in `statements`, `citations` and `text`: in a model's words where one is set and keeps to the texts, else in ours."""
    turn.statements = _by_model(turn) or [_statement(turn, found) for found in turn.chosen]
    markers: dict[str, int] = {}
    for statement in turn.statements:
        for name in statement.sources:
            markers.setdefault(name, len(markers) + 1)
    turn.citations = [citation(turn, name, marker) for name, marker in markers.items()]
    if turn.spoken_by != "offline":
        turn.text = _worded(turn, markers)
        return
    table = side_by_side(turn, markers, {one.sources[0]: _ended(turn, one) for one in turn.statements})
    beside = {name for _, names in turn.sides for name in names} if table else set()
    rest = [one for one in turn.statements if one.sources[0] not in beside]
    many = len(rest) > QUOTED
    parts = [*_opening(turn), *table, *(_shown(turn, statement, markers, many) for statement in rest)]
    turn.text = ("\n" if many and not turn.missing and not table else "\n\n").join(parts)


def _by_model(turn: Turn) -> list[Statement]:
    """What a model's draft leaves after verification; nothing, and a notice that says why, when it fails."""
    chat = turn.engine.chat
    if chat is None or not turn.chosen:
        return []
    provisions = [found.provision for found in turn.chosen][:SHOWN_TO_MODEL]
    index = turn.engine.index
    composed = compose_with_model(
        turn.words, turn.language, provisions, index.notes, index.documents, turn.status, turn.missing, chat.model, chat.seconds, chat.name
    )
    if composed.failure or not composed.statements:
        turn.notices.append(say(f"model_{composed.failure or 'empty'}", turn.language))
        return []
    turn.spoken_by = chat.name
    return [replace(one, sources=_with_twins(turn, one.sources)) for one in composed.statements]


def _with_twins(turn: Turn, sources: list[str]) -> list[str]:
    """The sources, and the same words in other documents."""
    return list(dict.fromkeys(name for one in sources for name in (one, *twins_of(turn, turn.engine.index.provisions[one]))))


def _worded(turn: Turn, markers: dict[str, int]) -> str:
    """A model's sentences, each with its markers, behind what we say ourselves: what is missing, or a premise set right."""
    said = " ".join(f"{s.text}{_ended(turn, s)}{''.join(f' [{markers[name]}]' for name in s.sources)}" for s in turn.statements)
    return "\n\n".join([*_opening(turn), said])


def _ended(turn: Turn, statement: Statement) -> str:
    """« (pacte terminé) » behind what rests on a document that has ended."""
    first = turn.engine.index.provisions[statement.sources[0]]
    return f" {say('has_ended', turn.language)}" if in_force(turn.engine.index.documents[first.document_id]) == "ended" else ""


def _statement(turn: Turn, found: Found) -> Statement:
    provision = found.provision
    meaning = _meaning(turn, provision)
    if unsupported(meaning, [provision], [turn.engine.index.documents[provision.document_id]]):
        meaning = provision.label
    sources = sorted(_with_twins(turn, [provision.id]), key=lambda name: (not _named(turn, name), not _signed(turn, name)))
    return Statement(meaning, sources, " ".join(turn.engine.index.provisions[sources[0]].quote_plain.split()))


def _named(turn: Turn, name: str) -> bool:
    """Whether a passage stands in a text that the question names, and no comparison was asked for."""
    return not turn.sides and turn.engine.index.provisions[name].document_id in turn.understood.mentions.documents


def _signed(turn: Turn, name: str) -> bool:
    """Whether a passage stands in a pact: a page that repeats it comes after, but where the question names a text or compares some."""
    document_id = turn.engine.index.provisions[name].document_id
    free = not turn.sides and not turn.understood.mentions.documents
    return free and turn.engine.index.documents[document_id].kind == "pact"


def _meaning(turn: Turn, provision: Provision) -> str:
    """What our note says in the asker's language; without a note the label stands for it."""
    if turn.missing and about_letters(turn):
        return provision.label
    note = turn.engine.index.notes.get(provision.id)
    said = getattr(note, turn.language) or note.fr if note is not None else ""
    return said or provision.label


def _opening(turn: Turn) -> list[str]:
    return [" ".join(turn.missing)] if turn.missing else [turn.premise] if turn.premise else []


def _shown(turn: Turn, statement: Statement, markers: dict[str, int], many: bool) -> str:
    first = turn.engine.index.provisions[statement.sources[0]]
    marks = "".join(f" [{markers[name]}]" for name in statement.sources)
    document = turn.engine.index.documents[first.document_id]
    ended = _ended(turn, statement)
    conditions = open_conditions(turn, statement)
    quoted = statement.quoted if len(statement.quoted) <= LONG else ""
    if many:
        words = f" « {quoted} »" if quoted and document.verbatim and len(quoted) < 560 else ""
        return f"- **{first.label}**{ended} — {statement.text}{words}{marks}{f' {conditions}' if conditions else ''}"
    below = f"\n\n{conditions}" if conditions else ""
    if not quoted:
        return f"{statement.text}{ended}{marks}\n\n*{first.label}*{below}"
    words = f"« {quoted} »" if document.verbatim else f"{quoted} {say('press', turn.language)}"
    return f"{statement.text}{ended}{marks}\n\n> {words}\n>\n> *{first.label}*{below}"
