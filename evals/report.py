"""The report that people read: one page that needs nothing else."""

from pathlib import Path

from jinja2 import Environment

from evals import headline
from evals.benchfile import read_bench
from evals.corpus_texts import CorpusTexts
from evals.files import replace_file
from evals.pictures import curve
from evals.runfile import Change, RunFile
from evals.types import Split

NAME = "report.html"
TEMPLATE = Path(__file__).parent / "data" / "report.html"


def write_report(folder: Path, run: RunFile, split: Split, changed: Change | None, texts: CorpusTexts) -> None:
    """Write the page of a run, with the growth curves when `evals bench` left its figures there; raises OSError."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shown": headline.shown, "percent": _percent, "at": _at}
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    bench = read_bench(folder)
    page = template.render(
        run=run, changed=changed, changed_split=split, columns=headline.COLUMNS, provisions=texts.provisions,
        headlines={name: headline.headline(one) for name, one in run.splits.items()},
        bench=bench, growth=curve(bench.growth) if bench else None,
    )  # fmt: skip
    replace_file(folder / NAME, page)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _at(value: float | None) -> str:
    """A place on a scale of 200, for pictures."""
    return f"{200 * (value or 0.0):.1f}"
