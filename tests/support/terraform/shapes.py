"""What all descriptions share."""

import json
from collections.abc import Callable
from typing import Any

Attributes = dict[str, Any]
Client = Callable[[str], Any]
Describe = Callable[[Client, str], Attributes]

REGION, ACCOUNT = "eu-west-1", "123456789012"


def tags(found: Any) -> Attributes:
    """`tags` and `tags_all` from tags in any service's shape."""
    if isinstance(found, dict):
        plain = dict(found)
    else:
        plain = {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in found or ()}
    plain = {key: value for key, value in plain.items() if not key.startswith("aws:")}
    return {"tags": plain, "tags_all": plain}


def document(policy: Any) -> str:
    """A policy as the text that Terraform keeps."""
    return policy if isinstance(policy, str) else json.dumps(policy)
