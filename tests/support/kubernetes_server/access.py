"""Who may do what: callers by token, and rules as RBAC writes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_EVERYBODY_MAY_READ = ("/version", "/healthz", "/livez", "/readyz")


@dataclass(frozen=True)
class Rule:
    """Verbs on resources of groups (`*` for all), in some namespaces or, without any, everywhere."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    namespaces: tuple[str, ...] = ()

    def allows(self, verb: str, group: str, resource: str, namespace: str) -> bool:
        return (
            _has(self.verbs, verb)
            and _has(self.groups, group)
            and _has(self.resources, resource)
            and (not self.namespaces or namespace in self.namespaces)
        )


@dataclass(frozen=True)
class User:
    name: str
    rules: tuple[Rule, ...] = ()
    groups: tuple[str, ...] = ("system:authenticated",)

    def may(self, verb: str, group: str, resource: str, namespace: str) -> bool:
        return any(rule.allows(verb, group, resource, namespace) for rule in self.rules)

    def may_read_path(self, path: str) -> bool:
        """Whether paths that are no resources (discovery, version) are open to this caller."""
        return path in _EVERYBODY_MAY_READ or "system:authenticated" in self.groups

    def rules_in(self, namespace: str) -> Iterator[Json]:
        """The rules that hold in a namespace, as a SelfSubjectRulesReview tells them."""
        for rule in self.rules:
            if not rule.namespaces or namespace in rule.namespaces:
                yield {"verbs": list(rule.verbs), "apiGroups": list(rule.groups), "resources": list(rule.resources)}


ANONYMOUS = User("system:anonymous", groups=("system:unauthenticated",))
EVERYTHING = Rule(("*",), ("*",), ("*",))


def _has(words: tuple[str, ...], word: str) -> bool:
    return "*" in words or word in words
