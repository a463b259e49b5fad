"""What an asker must still check before a support can be his: the open conditions of its scheme, said below its passage."""

from typing import Any

from assistant.context import Statement, Turn
from assistant.texts import say


def open_conditions(turn: Turn, statement: Statement) -> str:
    """« À vérifier : … » and « Il vous manque : … » for the scheme that a statement is the first to name; empty where none is open."""
    scheme = next((one for one in turn.schemes if _speaks_of(one, statement)), None)
    if scheme is None or any(_speaks_of(scheme, one) for one in turn.statements[: turn.statements.index(statement)]):
        return ""
    between = "\u202f; " if turn.language == "fr" else "; "
    said = [(name, between.join(_conditions(scheme, verdict))) for name, verdict in (("to_check", "to_check"), ("lacking", "no"))]
    return " ".join(say(f"condition_{name}", turn.language, conditions=listed) for name, listed in said if listed)


def _speaks_of(scheme: dict[str, Any], statement: Statement) -> bool:
    cited = [citation["provision_id"] for citation in scheme["citations"]]
    return statement.sources[0] in cited and not statement.sources[0].endswith("/titre")


def _conditions(scheme: dict[str, Any], verdict: str) -> list[str]:
    asked = [criterion["asked"].rstrip(". ") for criterion in scheme["criteria"] if criterion["verdict"] == verdict]
    return [f"{one[:1].lower()}{one[1:]}" for one in asked]
