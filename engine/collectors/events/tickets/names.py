"""Names of services and resources that a text mentions.

Only what is a name by its form is taken: ARNs, ids, paths of the clouds, names put together with hyphens, underscores
or digits, and what follows the word for a kind of Kubernetes object. Single plain words are never taken for names.
"""

import re
from collections.abc import Iterable

_FORMS = re.compile(
    r"(?P<arn>\barn:[\w-]+:[\w-]*:[\w-]*:\d*:[^\s\"'<>()\[\]{},;|]+)"
    r"|(?P<path>(?<![\w/])/subscriptions/[\w-]+(?:/[\w.()-]+)+|\bprojects/[a-z][\w-]+(?:/[\w.-]+)+)"
    r"|(?P<object>\b(?:deployments?|deploy|statefulsets?|sts|daemonsets?|ds|replicasets?|services?|svc|configmaps?|cm"
    r"|ingress(?:es)?|ing|hpa|cronjobs?|jobs?|pods?|po|secrets?|namespaces?|ns|pvc|sa)(?:\.[\w.]+)?/(?P<named>[a-z0-9][\w.-]*))"
    r"|(?P<placed>(?<![\w/.-])[a-z0-9]+(?:-[a-z0-9]+)+/[a-z0-9][a-z0-9.-]*[a-z0-9](?![\w/]))"
    r"|(?P<name>(?<![\w/@.-])[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+(?![\w@]))"
)
_LONG_WORD = re.compile(r"(?<![\w/@.-])[A-Za-z0-9]{8,}(?![\w@-])")
_ENDS = ".,:;!?)]}'\""
#: Figures, dates and versions: `2024-07-16`, `1.2.3`, `v1.2`.
_FIGURE = re.compile(r"[vV]?\d+(?:[-_.]\d+)*|\d.*\d{4}.*")
_ABBREVIATION = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")
_MOST = 100


def names_in(*texts: str) -> tuple[str, ...]:
    """The names that the texts mention, each once, in their order. At most a hundred."""
    found = (name for text in texts for match in _FORMS.finditer(text) for name in _names_of(match))
    unique: dict[str, None] = {}
    for name in found:
        unique[name] = None
        if len(unique) == _MOST:
            break
    return tuple(unique)


def names_and_words(line: str) -> tuple[str, ...]:
    """The names in a line with its long words, for lines that are about something that may be called by a plain word:
    a title, the word of somebody who changed something."""
    return tuple(dict.fromkeys((*names_in(line), *_LONG_WORD.findall(line))))


def _names_of(match: re.Match[str]) -> Iterable[str]:
    text = match[0].rstrip(_ENDS)
    if match["arn"]:
        return (text, re.split(r"[:/]", text)[-1])
    if match["path"]:
        return (text, text.rsplit("/", 1)[1])
    if match["object"]:
        return (match["named"].rstrip(_ENDS),)
    if match["placed"]:
        return (text, text.rsplit("/", 1)[1])
    if len(text) < 4 or _FIGURE.fullmatch(text) or _ABBREVIATION.fullmatch(text):
        return ()
    return (text,)
