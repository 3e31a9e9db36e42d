"""People whom commits call by their names and other logs by their logins."""

import re
import unicodedata
from collections.abc import Iterable

_BETWEEN = re.compile(r"[\W\d_]+")


def login_of(name: str, logins: Iterable[str]) -> str | None:
    """The login of the person with a name: the only one among those given that is made of the name, if one is.

    `Jana Novak` may log in as `jana.novak`, `novakj` or `jnovak@shop.example`. Of several spellings of one login the
    longest is returned: an address tells more than what is before its @.
    """
    words = _words(name)
    if len(words) < 2:
        return None
    made = _logins(words[0], words[-1])
    found = [login for login in logins if _squeezed(_local(login)) in made]
    if len({_local(login) for login in found}) != 1:
        return None
    return max(found, key=lambda login: (len(login), login))


def _logins(first: str, last: str) -> set[str]:
    pairs = ((first, last), (last, first), (first[0], last), (last, first[0]), (first, last[0]), (last[0], first))
    return {"".join(pair) for pair in pairs}


def _local(login: str) -> str:
    return login.rpartition("/")[2].rpartition(":")[2].partition("@")[0].lower()


def _squeezed(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return [word for word in _BETWEEN.split(plain.lower()) if word]
