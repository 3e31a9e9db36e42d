"""Identities as they are looked up: what a declaration calls a resource, in the one spelling that is searched for."""

from collections.abc import Mapping
from typing import Any


def lookup_form(identity: str) -> str:
    """The spelling under which an identity is kept. Azure's ids mean the same in any case, and come in several."""
    return identity.lower() if is_azure_id(identity) else identity


def is_azure_id(text: str) -> bool:
    """Whether the text is the id of an Azure resource."""
    return text[:1] == "/" and text[:15].lower() in ("/subscriptions/", "/providers/micr")


def declared_identity(attributes: Mapping[str, Any], name: str) -> str:
    """The identity that an attribute holds, empty when it holds none.

    `id/../..` is the id without its last two segments: of what the resource is a piece of, where ids are paths.
    """
    attribute, *levels = name.split("/..")
    value = attributes.get(attribute)
    return value.rsplit("/", len(levels))[0] if isinstance(value, str) else ""
