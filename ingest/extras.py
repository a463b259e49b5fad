"""What an index keeps beside documents, provisions and notes: the catalogue of schemes and the tables of territories."""

from pathlib import Path

from ingest.schemes import SCHEMES, as_lines, load_schemes
from ingest.territory_tables import checked_files


def extra_files(corpus: Path) -> dict[str, bytes]:
    """The files by name, checked. Raises CorpusError."""
    return {**checked_files(corpus / "territories"), SCHEMES: as_lines(load_schemes(corpus))}
