"""The names that the severity rules go by, and what other languages call the same things.

Rules about AWS, Google Cloud and Azure speak of Terraform's types and attributes (`aws_security_group`,
`ingress.cidr_blocks`), rules about Kubernetes of kinds without their version (`apps/Deployment`) and of a pod's
fields as `pod.containers.image`, whatever makes the pods. `rules/names.toml` says how everything else is read.
"""

import re
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

_KIND = re.compile(r"(?:(?P<group>[^/]+)/)?v\d+(?:(?:alpha|beta)\d+)?/(?P<kind>[A-Z]\w*)", re.ASCII)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Names(Struct, frozen=True, forbid_unknown_fields=True):
    """Other names for the types that fit `types`.

    known_as: the types whose rules apply. paths: beginnings of paths and what the rules call them, each tried in
    turn; nothing stands for the resource itself.
    """

    types: list[str]
    known_as: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    names: list[Names]


@lru_cache(maxsize=4096)
def types_of(declared_type: str) -> tuple[str, ...]:
    """What the rules call a type: `apps/v1/Deployment` is `apps/Deployment`, `AWS::SQS::Queue` is `aws_sqs_queue`."""
    own = _plain_type(declared_type)
    known = [name for names in _names(own) for name in names.known_as]
    if own == declared_type and "::" in own:
        _, service, kind = [*own.split("::"), "", ""][:3]
        known = known or [f"aws_{service.lower()}_{_snake(kind)}"]
    return tuple(dict.fromkeys([own, *known]))


@lru_cache(maxsize=8192)
def path_of(declared_type: str, path: str) -> str:
    """What the rules call a path, indices left out: `SecurityGroupIngress[0].CidrIp` is `ingress.cidr_blocks`."""
    text = plain_path(path)
    if "::" in declared_type:
        text = _snake(text)
    for names in _names(_plain_type(declared_type)):
        for start, known in names.paths.items():
            if text == start or text.startswith(f"{start}."):
                text = f"{known}{text[len(start) :]}".removeprefix(".")
    return text


@lru_cache(maxsize=8192)
def plain_path(path: str) -> str:
    """A path without indices, keys in quotes as names: `ingress[0].cidr_blocks` → `ingress.cidr_blocks`."""
    return re.sub(r'\["((?:[^"\\]|\\.)*)"\]', r".\1", re.sub(r"\[\d+\]", "", path))


def load_names() -> list[Names]:
    """The shipped names, in the order in which they apply."""
    return _table().names


def _plain_type(declared_type: str) -> str:
    kind = _KIND.fullmatch(declared_type)
    return f"{kind['group'] or ''}/{kind['kind']}" if kind else declared_type


def _snake(name: str) -> str:
    return _HUMPS.sub("_", name).lower()


@lru_cache(maxsize=4096)
def _names(plain_type: str) -> tuple[Names, ...]:
    return tuple(names for names in load_names() if any(fnmatchcase(plain_type, pattern) for pattern in names.types))


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files("ml").joinpath("rules", "names.toml").read_bytes(), type=_Table)
