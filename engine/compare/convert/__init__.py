"""Named conversions of live values, for shapes that paths alone cannot say.

Each takes the live value, the declared value (which way the code groups or spells it) and all declared attributes
of the resource, and gives the live value as the declaring tool would write it. Tables name them in `convert`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from engine.compare.convert.aws import AWS_CONVERTERS
from engine.compare.convert.azure import AZURE_CONVERTERS
from engine.compare.convert.ec2 import (
    ROUTE_TARGETS,
    attachment,
    propagated_tags,
    route,
    route_target,
    routes,
    user_data,
    volumes,
)
from engine.compare.convert.gcp import GCP_CONVERTERS
from engine.compare.convert.s3 import S3_CONVERTERS
from engine.compare.convert.security_groups import (
    RANGE_ATTRIBUTES,
    security_group_rule,
    security_group_rule_ranges,
    security_group_rules,
)

Converter = Callable[[Any, Any, Mapping[str, Any]], Any]


def tags(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Tags as a map, from `[{Key, Value}]` in any spelling or from a map, without the provider's own (`aws:…`).

    Dimensions of metrics are written the same way.
    """
    if isinstance(live, dict):
        pairs = list(live.items())
    else:
        items = [item for item in live or () if isinstance(item, dict)]
        pairs = [
            (_either(item, "Key", "key", "TagKey", "Name"), _either(item, "Value", "value", "TagValue"))
            for item in items
        ]
    return {str(key): value for key, value in pairs if key is not None and not str(key).startswith("aws:")}


def comma_list(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A list that the API writes as one text: `subnet-1,subnet-2`."""
    return [item.strip() for item in live.split(",") if item.strip()] if isinstance(live, str) else live


def first(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The only item of a list that the code writes as one value."""
    return (live[0] if live else None) if isinstance(live, list) else live


def enabled(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A switch that the API writes as a word: `enabled`, `Enabled`, `on`, `internal`."""
    return live.lower() in ("enabled", "enable", "on", "internal") if isinstance(live, str) else live


def minus_one_unset(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A number that the code writes as -1 when it is not set, because zero means something."""
    return -1 if live is None else live


def key_values(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A list of keys and values as a map; dots in keys open maps within it."""
    if not isinstance(live, list):
        return live
    result: dict[str, Any] = {}
    for item in live:
        *folders, name = str(_either(item, "Key", "key")).split(".")
        place = result
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = _either(item, "Value", "value")
    return result


def version_prefix(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A version as exact as the code states it: `8.0` declares every `8.0.x`."""
    return declared if declared and str(live).startswith(f"{declared}.") else live


def _either(item: Mapping[str, Any], *names: str) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def is_there(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> bool:
    """Whether a setting is there at all, however empty: some are switched on by an empty object."""
    return live is not None


def enabled_or_disabled(live: Any, declared: Any, attributes: Mapping[str, Any]) -> str:
    """A truth value or status word as `Enabled` or `Disabled`."""
    return "Enabled" if enabled(live, declared, attributes) else "Disabled"


def off_is_disabled(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A status word, `Disabled` where it is `Off`."""
    return "Disabled" if live == "Off" else live


#: Conversions into maps whose keys and values people choose: these are compared to the letter.
FREE_MAPS = frozenset({"tags", "gcp_labels", "gcp_metadata"})

CONVERTERS: dict[str, Converter] = {
    "attachment": attachment,
    "comma_list": comma_list,
    "enabled": enabled,
    "first": first,
    "key_values": key_values,
    "minus_one_unset": minus_one_unset,
    "propagated_tags": propagated_tags,
    "routes": routes,
    "security_group_rule": security_group_rule,
    "security_group_rules": security_group_rules,
    "tags": tags,
    "user_data": user_data,
    "version_prefix": version_prefix,
    "volumes": volumes,
    "route": route,
    **{f"route.{field}": partial(route_target, field) for field in (*ROUTE_TARGETS, "vpc_endpoint_id")},
    **{f"security_group_rule.{name}": partial(security_group_rule_ranges, name) for name in RANGE_ATTRIBUTES},
    "is_there": is_there,
    "enabled_or_disabled": enabled_or_disabled,
    "off_is_disabled": off_is_disabled,
    **GCP_CONVERTERS,
    **S3_CONVERTERS,
    **AWS_CONVERTERS,
    **AZURE_CONVERTERS,
}
