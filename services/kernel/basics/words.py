"""Names as words by which they are found: without case, and without accents as Swedes see them.

Å, ä and ö are letters of their own: whoever types them means them. Whoever has no such keys types a and o, and finds
both. All other marks count for nothing: é is e, ü is u; ø and æ are the Danes' ö and ä.
"""

import re
import unicodedata
from collections.abc import Iterable

LEAST = 2  #: letters that a word needs to be found by
LONGEST = 20  #: letters of a word that are looked at
_WORD = re.compile(r"[^\W\d_]+")
_OWN = frozenset("åäö")
_SAME = str.maketrans({"ø": "ö", "æ": "ä", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "œ": "oe"})
_PLAIN = str.maketrans("åäö", "aao")


def words_in(text: str) -> list[str]:
    """The words of a text, folded, each once; single letters are none."""
    found = (word[:LONGEST] for word in _WORD.findall(_folded(text)) if len(word) >= LEAST)
    return list(dict.fromkeys(found))


def beginnings(names: Iterable[str]) -> set[str]:
    """Everything by which somebody of these names is found: each word's beginnings, with å, ä and ö and without."""
    words = {word for name in names for word in words_in(name)}
    return {
        form[:length]
        for word in words
        for form in (word, word.translate(_PLAIN))
        for length in range(LEAST, len(form) + 1)
    }


def _folded(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_SAME)
    return "".join(one if one in _OWN else _bare(one) for one in composed)


def _bare(sign: str) -> str:
    """A sign without its marks."""
    return "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
