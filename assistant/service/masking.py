"""Personal numbers and addresses taken out of a question before it is kept; figures of firms and pacts stay."""

import re
from collections.abc import Callable
from typing import NamedTuple

AT = r"(?:@|\(at\)|\[at\]|\(arobase\)|\[arobase\])"
MAIL = re.compile(rf"[^\s@<>()\"«»,;:]{{1,64}}\s?{AT}\s?[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}", re.I)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \u00a0\u202f.-]?[A-Z0-9]{4}){2,7}(?:[ \u00a0\u202f.-]?[A-Z0-9]{1,3})?\b", re.I)
NIR = re.compile(r"(?<!\d)[1-478]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\s?\d)", re.I)
CARD = re.compile(r"(?<!\d)(?:\d{4}[\s.-]?){3}\d{4}(?:[\s.-]?\d{3})?(?!\d)|(?<!\d)3[47]\d{2}[\s.-]?\d{6}[\s.-]?\d{5}(?!\d)")
GAP = r"[\s./–-]?"
FRENCH = re.compile(rf"(?<![\d+])(?:(?:\+|00)\s?33{GAP}(?:\(0\){GAP})?|0)[1-9](?:{GAP}\d{{2}}){{4}}(?!\d)")
GERMAN = re.compile(r"(?<![\d+])(?<!\d\s)(?:\(0[1-9]\d{1,4}\)\s?|0[1-9]\d{1,4}[/–-]\s?|0[1-9]\d{1,2}\s)\d{3,}(?:[\s-]?\d{1,4}){0,3}(?!\d)")
ABROAD = re.compile(r"(?<!\d)(?:\+|00)[1-9]\d{0,2}(?:[\s./()–-]{0,2}\d){6,12}(?!\d)")
MONEY = re.compile(r"\s*(?:€|k€|m€|eur\b|euros?\b|salari|emplois|habitants|employees|mitarbeiter|einwohner)", re.I)
DIGITS = 9
"""Fewer digits than this are no German telephone number worth taking out: they may be anything."""


class Rule(NamedTuple):
    """What is looked for, what is put in its place, and whether a match really is one."""

    pattern: re.Pattern[str]
    word: str
    holds: Callable[[re.Match[str]], bool] = lambda found: True

    def replaced(self, found: re.Match[str]) -> str:
        """What stands in place of a match."""
        return self.word if self.holds(found) else found[0]


def _is_iban(found: re.Match[str]) -> bool:
    letters = re.sub(r"[^A-Z0-9]", "", found[0].upper())
    turned = "".join(str(int(sign, 36)) for sign in letters[4:] + letters[:4])
    return 15 <= len(letters) <= 34 and (int(turned) % 97 == 1 or sum(sign.isdigit() for sign in letters) >= 12)


def _no_amount(found: re.Match[str]) -> bool:
    return MONEY.match(found.string, found.end()) is None


def _is_german(found: re.Match[str]) -> bool:
    return sum(sign.isdigit() for sign in found[0]) >= DIGITS - 1 and _no_amount(found)


RULES = (
    Rule(MAIL, "[adresse électronique]"),
    Rule(IBAN, "[IBAN]", _is_iban),
    Rule(NIR, "[numéro de sécurité sociale]"),
    Rule(CARD, "[numéro de carte]"),
    Rule(FRENCH, "[téléphone]"),
    Rule(ABROAD, "[téléphone]", _no_amount),
    Rule(GERMAN, "[téléphone]", _is_german),
)


def masked(text: str) -> str:
    """The text with e-mail addresses, telephone, bank, card and social security numbers replaced by what they were."""
    for rule in RULES:
        text = rule.pattern.sub(rule.replaced, text)
    return text
