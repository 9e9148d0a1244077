"""Secrets and people's numbers in a text, by their form."""

import re
from collections.abc import Iterator

from stdnum import luhn

#: Whole forms that are secret wherever they stand.
FORMS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]"),
    "a private key (JWK)": re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"'),
    "a token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}"),
    "a token of a provider": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{30,}|glpat-[\w-]{20}|xox[abeprs]-[\w-]{10,}"
        r"|sk_live_\w{20,}|AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{50,})"
    ),
    "a webhook's secret": re.compile(r"\bwhsec_[A-Za-z0-9+/]{24,}"),
    "a long key": re.compile(
        r"(?i)(?:key|secret|password|token)\w*[\"']?\s*[=:]\s*[\"']?((?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+/-]{24,}={0,2})(?![\w(.\[{])"
    ),
    "a password in an address": re.compile(r"://[^\s/:@\"'`{}]+:[^\s/@\"'`{}]+@(?:[\w-]+\.)+(?!example\b)[a-z]{2,}\b"),
}
#: What is public, and why.
KNOWN = {
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "the example of Standard Webhooks",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8": "the bytes 0 to 31: the description's own example",
    "1701012393": "the Tax Agency's example",
    "7010632391": "the Tax Agency's example of a coordination number",
}
_NUMBER = re.compile(r"(?<![\w.-])(?:(?:18|19|20)?\d{6}[-+]\d{4}|(?:18|19|20)?\d{10})(?![\w-])")


def found_in(text: str) -> Iterator[tuple[int, str]]:
    """The line of each, and what it is; not the thing itself."""
    for what, form in FORMS.items():
        yield from ((_line(text, one), what) for one in form.finditer(text) if _known_by(one) not in KNOWN)
    for one in _NUMBER.finditer(text):
        if is_somebodys(re.sub(r"\D", "", one[0])[-10:]):
            yield _line(text, one), "a personal number that is no test number"


def is_somebodys(digits: str) -> bool:
    """Whether ten digits could be a living person's number: those with the serials 980 to 999 are given to nobody. The
    day of a coordination number is sixty more."""
    month, day = int(digits[2:4]), int(digits[4:6])
    born = 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)
    return born and luhn.is_valid(digits) and not "980" <= digits[6:9] <= "999" and digits not in KNOWN


def _known_by(one: re.Match[str]) -> str:
    return one[one.lastindex or 0].rstrip("=")


def _line(text: str, one: re.Match[str]) -> int:
    return text.count("\n", 0, one.start()) + 1
