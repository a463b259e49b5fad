"""Questions answered from the texts alone, each statement with the provision it rests on."""

import ingest  # noqa: F401  quiet settings come before any library is imported
