"""When two texts name the same thing: ARNs, keys, domains, addresses of the web and of networks."""

import re
from ipaddress import ip_network

_IDENTITIES = ("Id", "ID", "Identifier", "Arn", "ARN", "Name", "Role")
#: What an ARN may end in beyond the name: a revision, everything below, a secret's random letters.
_BEYOND = re.compile(r":(?:\d+|\*)$|(?<=:secret:)(\S+)-\w{6}$")
_KEY = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?(?:key/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*:key/mrk-\w+")
_ALIAS = re.compile(r"(?:arn:[\w-]+:kms:[\w-]*:\d*:)?alias/.+")
_LINKS = re.compile(r"(?:Url|URL|Uri|URI|Location|Issuer|Endpoint)$")
_LINK = re.compile(r"(?:([a-z][a-z\d+.-]*)://)?(.*?)/*", re.IGNORECASE)
_PUBLIC_KEY = re.compile(r"((?:ssh|ecdsa|sk)-\S+ \S+)(?: .*)?")
_ANY = re.compile(r"\bx(?=\\?\.)|(?<=\.)x\b")
_ADDRESS = re.compile(r"[\da-f.:]+(?:/\d+)?", re.IGNORECASE)


def names(name: str, left: str, right: str) -> bool:
    """An ARN and the name that it ends in; of an id, a path or a prefix that ends in it."""
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    longer, shorter = longer.casefold(), shorter.casefold()
    if not shorter:
        return False
    is_arn = longer.startswith("arn:")
    if is_arn and shorter.startswith("arn:"):
        return _shortened(longer) == shorter
    if not is_arn and ("/" in shorter or not name.endswith(_IDENTITIES)):
        return False
    ends = tuple(f"{joint}{shorter}" for joint in "/:")
    return longer.endswith((*ends, *(f"{end}:root" for end in ends))) or _shortened(longer).endswith(ends)


def keys(_name: str, left: str, right: str) -> bool:
    """An alias of a key and a key cannot be told apart without asking."""
    return bool(_ALIAS.fullmatch(left) and _KEY.fullmatch(right)) or bool(
        _KEY.fullmatch(left) and _ALIAS.fullmatch(right)
    )


def domains(_name: str, left: str, right: str) -> bool:
    """A domain with and without its last dot; DNS writes `*` as a number."""
    left, right = left.casefold().replace("\\052", "*"), right.casefold().replace("\\052", "*")
    return left.rstrip(".") == right.rstrip(".") and "." in left


def links(name: str, left: str, right: str) -> bool:
    """An address of the web or of storage with and without its last slash; where it must be one, without scheme."""
    first, second = _LINK.fullmatch(left), _LINK.fullmatch(right)
    if first is None or second is None or first[2].casefold() != second[2].casefold():
        return False
    schemes = {(scheme or "").casefold() for scheme in (first[1], second[1])}
    if len(schemes) > 1:
        return "" in schemes and _LINKS.search(name) is not None
    return schemes != {""} or _LINKS.search(name) is not None


def networks(_name: str, left: str, right: str) -> bool:
    """An address range by its network, an address alone as the range of one."""
    if not (_ADDRESS.fullmatch(left) and _ADDRESS.fullmatch(right)):
        return False
    try:
        return ip_network(left, strict=False) == ip_network(right, strict=False)
    except ValueError:
        return False


def versions(name: str, left: str, right: str) -> bool:
    """A version told less exactly on one side: `8.0` is any `8.0.45`, `5.0.x` any `5.0.6`, `LATEST` any."""
    if _ANY.search(left) and re.fullmatch(_ANY.sub(r"\\d+", re.escape(left)), right):
        return True
    if not name.endswith("Version"):
        return False
    if left.lower().lstrip("$") in ("latest", "default"):
        return bool(right)
    declared = left.removesuffix(".x")
    return right.startswith((f"{declared}.", f"{declared}-")) or left.startswith(f"{right}.")


def public_keys(_name: str, left: str, right: str) -> bool:
    """A key for SSH with and without the comment."""
    first, second = _PUBLIC_KEY.fullmatch(left), _PUBLIC_KEY.fullmatch(right)
    return bool(first and second and first[1] == second[1])


def _shortened(arn: str) -> str:
    return _BEYOND.sub(lambda match: match[1] or "", arn)
