"""The corpus folder made into an index with the chosen model: what `ingest build` and a first question run."""

from collections.abc import Iterator

from tqdm import tqdm

from ingest.build import BuildReport, build, is_current
from ingest.content import Entry
from ingest.corpus import sources_of
from ingest.embeddings import load_embedder
from ingest.encoder import Encoder
from ingest.settings import Settings
from ingest.views import views_of


def build_index(settings: Settings, embedder: Encoder | None = None) -> BuildReport:
    """Build the index and swap it in, with a progress bar on standard error. Raises CorpusError."""
    model = embedder or load_embedder(settings)
    with _Bar() as bar:
        return build(settings, embedder=model, read=lambda: entries(settings), views_of=views_of, progress=bar)


def entries(settings: Settings) -> Iterator[Entry]:
    """Every registered document with its provisions and notes."""
    for source in sources_of(settings.corpus):
        yield Entry(source.document, source.provisions, source.notes)


def up_to_date(settings: Settings, embedder: Encoder) -> bool:
    """Whether the index in use was made from the corpus as it is now, by this model and this program."""
    return is_current(settings, embedder.identity)


class _Bar:
    """One progress bar a stage, shown only when the stage lasts over a second."""

    def __init__(self) -> None:
        self._stage, self._shown = "", tqdm(disable=True)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._shown.close()
            self._stage, self._shown = stage, tqdm(total=total, desc=stage, delay=1, leave=False)
        self._shown.update(done - self._shown.n)
