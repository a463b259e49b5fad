"""The message by which an error in an answer can be reported: ready to copy, or to open in a mail program."""

from typing import NamedTuple
from urllib.parse import quote


class Message(NamedTuple):
    """The text to copy, and the address that opens it in a mail program; without `contact` that address names nobody."""

    text: str
    mailto: str
    contact: str


def message(phrases: dict[str, str], passages: list[str], version: str, contact: str) -> Message:
    """The message on an answer that cites these passages; the words of the question are left to the writer."""
    listed = "\n".join(f"- {name}" for name in passages) or phrases["report_no_passage"]
    text = phrases["report_body"].format(passages=listed, version=version)
    asked = f"subject={quote(phrases['report_subject'])}&body={quote(text)}"
    return Message(text, f"mailto:{quote(contact, safe='@')}?{asked}", contact)
