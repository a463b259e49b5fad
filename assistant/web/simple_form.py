"""What the plain page's form sends: read within a bound, so that nobody can fill the memory."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from fastapi import Request

from ingest.settings import settings

TURNS = 30


@dataclass(frozen=True)
class Sent:
    """A question and the earlier ones, oldest first; `too_large` when the body was beyond the limit and not kept."""

    question: str = ""
    turns: tuple[str, ...] = ()
    too_large: bool = False

    def repeated(self) -> "Sent":
        """The latest turn as the question once more: the page is wanted again, in another language."""
        return Sent(self.turns[-1], self.turns[:-1]) if self.turns else self


async def sent(request: Request) -> Sent:
    """The fields `question`, `turn` and `again` of a form; what is not one counts as empty."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > settings().body_limit:
            return Sent(too_large=True)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=4 * TURNS) if _is_form(request) else {}
    question = fields.get("question", [""])[0].replace("\r\n", "\n")
    form = Sent(question, tuple(fields.get("turn", [])))
    return form.repeated() if "again" in fields and not question.strip() else form


def kept(turns: tuple[str, ...]) -> list[str]:
    """The latest turns that a next form can carry within half of the limit, oldest first."""
    found: list[str] = []
    room = settings().body_limit // 2
    for turn in reversed(turns[-TURNS:]):
        room -= len(urlencode({"turn": turn})) + 1
        if room < 0:
            break
        found.append(turn)
    return found[::-1]


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"
