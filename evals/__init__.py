"""Question sets, answers, honest scores, baselines beside us, and a report people can read."""

import ingest  # noqa: F401  quiet settings come before any library is imported
