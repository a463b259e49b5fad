"""The figures that stand first, by system, for the report, the README and the terminal."""

from typing import NamedTuple

from evals.runfile import SplitRun
from evals.types import Measure, Result

TO = "\u2060–\u2060"
"""A dash at which no line breaks."""
COLUMNS = {
    "passed": "passes",
    "citation_precision": "citations right",
    "citation_recall": "evidence cited",
    "recall@5": "evidence in the first 5",
    "ndcg@10": "nDCG@10",
    "balanced_status": "status right, balanced",
    "false_refusal": "refused wrongly",
    "coverage": "coverage",
    "groundedness": "grounded",
}


class Line(NamedTuple):
    """A system: one cell a column of `COLUMNS`, its median and 95th percentile of milliseconds, its errors."""

    system: str
    cells: list[Measure]
    p50: str
    p95: str
    errors: int


def headline(run: SplitRun) -> list[Line]:
    """A line a system, our engine first."""
    return [_line(name, system.result) for name, system in run.systems.items()]


def shown(measure: Measure) -> str:
    """« 72 % [67-77] », or a dash where the metric does not apply."""
    if measure.value is None:
        return "–"
    known = measure.low is not None and measure.high is not None
    interval = f" [{100 * (measure.low or 0):.0f}{TO}{100 * (measure.high or 0):.0f}]" if known else ""
    return f"{100 * measure.value:.1f}\u00a0%{interval}"


def markdown(run: SplitRun) -> str:
    """The headline table in Markdown, ready for a README."""
    head = ["system", *COLUMNS.values(), "p50 ms", "p95 ms", "errors"]
    rows = [[line.system, *map(shown, line.cells), line.p50, line.p95, str(line.errors)] for line in headline(run)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _line(name: str, result: Result) -> Line:
    cells = [result.overall.get(column, Measure(value=None)) for column in COLUMNS]
    return Line(name, cells, _milliseconds(result.latency.p50), _milliseconds(result.latency.p95), result.errors)


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:.0f}"
