"""Resources and kinds: the API's paths and audit logs say `networkpolicies` where objects say `NetworkPolicy`."""

from functools import cache

#: Kinds whose resource is called otherwise than the rule says.
_IRREGULAR = {"Endpoints": "endpoints", "Gateway": "gateways"}


def plural(kind: str) -> str:
    """The resource of a kind, as Kubernetes' own tools guess it: lower case, in the English plural."""
    name = kind.lower()
    if kind in _IRREGULAR:
        return _IRREGULAR[kind]
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def by_resource(identity: str) -> str:
    """An id with the resource in the place of the kind: `apps/Deployment/shop/web` as `apps/deployments/shop/web`.

    So an object can be found of which a log tells its resource and not its kind.
    """
    group, _, rest = identity.partition("/")
    kind, _, place = rest.partition("/")
    return f"{group}/{plural(kind)}/{place}"


@cache
def kinds_of_resources(natives: frozenset[str]) -> dict[tuple[str, str], str]:
    """(group, resource) → kind, of types `group/Kind`."""
    pairs = (native.rpartition("/") for native in natives)
    return {(group, plural(kind)): kind for group, _, kind in pairs}
