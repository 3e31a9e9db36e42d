"""Identities as they are looked up: what a declaration calls a resource, in the one spelling that is searched for."""

import re
from collections.abc import Mapping
from typing import Any

from engine.compare.paths import put_together

_SERVICE = re.compile(r"(?:https:)?//[\w.-]*googleapis\.com/(?:(?:\w+/)?v\d\w*/|auth/)?")
#: What the path of a resource may begin with.
_PLACES = ("projects/", "folders/", "organizations/")
#: Clusters are named by zone, by region or by location.
_CLUSTER = re.compile(r"^(?:zones|regions)/(?=[^/]+/clusters/)")
_KEY_VERSION = re.compile(r"/cryptoKeyVersions/\d+$")
_PROJECT = re.compile(r"projects/([^/]+)/(.*)", re.DOTALL)


def lookup_form(identity: str) -> str:
    """The spelling under which an identity is kept.

    Azure's ids mean the same in any case, and come in several. Google's come as links, names of assets and paths,
    with the id of the project or its number; which project it is, the scope tells.
    """
    if identity[:9] == "projects/" or identity[:2] == "//" or identity[:6] == "https:":
        match = _PROJECT.fullmatch(google_path(identity))
        if match is None:
            return identity
        below = match[2]
        return f"projects/-/{_CLUSTER.sub('locations/', below) if '/clusters/' in below else below}"
    return identity.lower() if is_azure_id(identity) else identity


def is_google_path(identity: str) -> bool:
    """Whether the identity says where the resource is, so that a namesake elsewhere is not meant."""
    return "/" in identity and google_path(identity).startswith(_PLACES)


def is_azure_id(text: str) -> bool:
    """Whether the text is the id of an Azure resource."""
    return text[:1] == "/" and text[:15].lower() in ("/subscriptions/", "/providers/micr")


def declared_identity(attributes: Mapping[str, Any], name: str) -> str:
    """The identity that an attribute holds, empty when it holds none.

    `id/../..` is the id without its last two segments: of what the resource is a piece of, where ids are paths;
    `{zone_id}|{name}` is put together of two.
    """
    if "{" in name:
        return put_together(name, attributes.get) or ""
    attribute, *levels = name.split("/..")
    value = attributes.get(attribute)
    return value.rsplit("/", len(levels))[0] if isinstance(value, str) else ""


def google_path(text: str) -> str:
    """A Google resource's address below its service: `projects/p/…`, whichever way it is written; else the text.

    The version of a key is left out: it changes by itself, and code names the key.
    """
    is_link = text[:2] == "//" or text[:6] == "https:"
    path = _SERVICE.sub("", text, count=1) if is_link and "googleapis.com/" in text else text
    return _KEY_VERSION.sub("", path) if "/cryptoKeyVersions/" in path else path


def same_google_path(left: str, right: str) -> bool:
    """Whether two addresses name one resource, of which one may give the project's number, or the last part only."""
    left, right = google_path(left), google_path(right)
    if left == right:
        return True
    first, second = _PROJECT.fullmatch(left), _PROJECT.fullmatch(right)
    if first and second:
        return first[2] == second[2] and first[1].isdigit() != second[1].isdigit()
    whole, part = (left, right) if first else (right, left)
    return bool(first or second) and bool(part) and whole.endswith(f"/{part}")


def spelled_like(declared: Any, actual: Any) -> Any:
    """A live address in the words of the declaration: the name where it gives a name, the path where a path."""
    if isinstance(actual, list):
        items = declared if isinstance(declared, list) and declared else [None]
        return [spelled_like(items[0], item) for item in actual]
    if not (isinstance(declared, str) and declared and isinstance(actual, str)):
        return actual
    path = google_path(actual)
    if path == actual or declared[:6] == "https:" or not path.startswith("projects/"):
        return actual
    return path if "/" in declared else path.rpartition("/")[2]
