"""What is taken out of a question before anything reads it."""

import re
import unicodedata

TAGS = re.compile("[\U000e0000-\U000e007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SPELT_OUT = re.compile(r"(?<!\S)\w(?: \w){4,}(?!\S)")
SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")


def cleaned(text: str) -> str:
    """The words of a question in NFC: no control, invisible or direction characters, no word spelt out, one space between words."""
    visible = SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), CONTROL.sub(" ", TAGS.sub("", text)))
    lines = (SPACES.sub(" ", line).strip() for line in unicodedata.normalize("NFC", visible).splitlines())
    return "\n".join(line for line in lines if line)
