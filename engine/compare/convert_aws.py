"""Conversions for AWS types that name or write a thing in more ways than one."""

from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import as_document, as_items


def dns_name(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A host name without the final dot of the DNS, in lower case."""
    return live.removesuffix(".").lower() if isinstance(live, str) else live


def record_values(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The values of a DNS record; those of texts without the quotes that the service keeps around them."""
    values = [item["Value"] if isinstance(item, Mapping) else item for item in as_items(live)]
    is_text = attributes.get("type") in ("TXT", "SPF")
    return [str(value)[1:-1] if is_text and str(value)[:1] == '"' else value for value in values]


def policy_statement(live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The statement of a policy that a declaration of its own names by `statement_id`; None when it is gone."""
    document = as_document(live)
    statements = as_items(document.get("Statement")) if isinstance(document, Mapping) else []
    wanted = attributes.get("statement_id")
    return next((item for item in statements if isinstance(item, Mapping) and item.get("Sid") == wanted), None)


def entity_names(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[Any]:
    """The names of the roles, users or groups that a policy is attached to."""
    fields = ("RoleName", "UserName", "GroupName")
    return [
        next((item[name] for name in fields if name in item), None)
        for item in as_items(live)
        if isinstance(item, Mapping)
    ]


AWS_CONVERTERS = {
    "dns_name": dns_name,
    "entity_names": entity_names,
    "policy_statement": policy_statement,
    "record_values": record_values,
}
