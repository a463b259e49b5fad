"""Errors a person can act on: what is wrong, where, and what to do."""

from pathlib import Path


class CorpusError(Exception):
    """Bad input: names the file, the line when there is one, and the remedy."""

    def __init__(self, what: str, *, file: Path | str | None = None, line: int | None = None, remedy: str = "") -> None:
        place = f"{file}" if file is not None else ""
        if place and line is not None:
            place += f":{line}"
        self.what, self.file, self.line, self.remedy = what, file, line, remedy
        super().__init__(": ".join(part for part in (place, what) if part) + (f" — {remedy}" if remedy else ""))


class IndexBusyError(CorpusError):
    """Another process is building the index."""


class IndexUnusableError(CorpusError):
    """The index is missing, damaged, or made by another model or version."""
