"""The switch that turns answers off and leaves the texts readable: a setting, or a file that needs no restart."""

from assistant.service.refused import RefusedError
from ingest.settings import Settings

RETRY = 300
LONGEST = 500


def check_answers_are_on(settings: Settings) -> None:
    """Raise RefusedError, with what the file says where there is one, when answers are turned off."""
    try:
        told = settings.answers_off.read_text(encoding="utf-8", errors="replace")[:LONGEST].strip()
    except IsADirectoryError:
        told = ""
    except OSError:
        if settings.answering:
            return
        told = ""
    raise RefusedError("off_told", retry=RETRY, told=told) if told else RefusedError("off", retry=RETRY)
