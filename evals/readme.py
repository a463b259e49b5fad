"""The headline figures written into the README by the program, between two marks, and those that the program shows of itself."""

import re
from pathlib import Path

from assistant.web.about_figures import SHARES, SHIPPED, Figures, Measured, Share, System
from evals.files import replace_file
from evals.headline import markdown
from evals.runfile import RunFile, SplitRun, SystemRun, read_run
from ingest.errors import CorpusError

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
BASELINES_SHOWN = ("engine", "LangChain RAG", "BM25 alone", "dense alone")


def newest_run(reports: Path) -> RunFile:
    """The run written last; raises CorpusError when there is none."""
    folders = sorted((f for f in reports.iterdir() if (f / "run.json").is_file()), key=lambda f: (f / "run.json").stat().st_mtime)
    run = read_run(folders[-1]) if folders else None
    if run is None:
        raise CorpusError("there is no run here", file=reports, remedy="make one with `python -m evals run --baselines`")
    return run


def figures(run: RunFile) -> str:
    """One table a split, our engine beside the baselines."""
    parts = [f"Version {run.version}. 95 % intervals in brackets."]
    for name, split in run.splits.items():
        kept = split.model_copy(update={"systems": {k: v for k, v in split.systems.items() if k in BASELINES_SHOWN}})
        parts.append(f"`{name}`, {split.systems['engine'].result.overall['passed'].n} questions:\n\n{markdown(kept)}")
    return "\n\n".join(parts)


def write_figures(readme: Path, run: RunFile) -> None:
    """Replace what stands between the marks; raises CorpusError when they are missing."""
    text = readme.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise CorpusError("the marks of the figures are missing", file=readme, remedy=f"write {BEGIN} and {END} where they belong")
    between = f"{BEGIN}\n\n{figures(run)}\n\n{END}"
    readme.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: between, text, flags=re.S), encoding="utf-8")


def ship_figures(run: RunFile, file: Path = SHIPPED) -> None:
    """Write what the page about the service shows of a run, for our engine and the usual way of doing it; raises OSError."""
    figures = Figures(version=run.version, splits={name: _measured(split) for name, split in run.splits.items()})
    replace_file(file, figures.model_dump_json(indent=1) + "\n")


def _measured(split: SplitRun) -> Measured:
    systems = {name: _system(split.systems[name]) for name in BASELINES_SHOWN[:2] if name in split.systems}
    return Measured(finished=split.finished, questions=split.systems["engine"].result.overall["passed"].n, systems=systems)


def _system(run: SystemRun) -> System:
    found = run.result.overall
    shares = {name: Share(value=found[name].value, low=found[name].low, high=found[name].high) for name in SHARES if name in found}
    return System(shares=shares, median=run.result.latency.p50)
