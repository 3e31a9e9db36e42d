"""Azure's values as Terraform writes them. `engine.compare.convert` says what a conversion is given."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from engine.compare.canonical import as_items

Converter = Callable[[Any, Any, Mapping[str, Any]], Any]

_GIB = 1024**3
#: How the prefix of a flexible server's SKU in Terraform stands for its tier.
_TIERS = {"burstable": "B", "generalpurpose": "GP", "memoryoptimized": "MO", "businesscritical": "MO"}
#: Tags that the portal keeps its own links in.
_HIDDEN_TAG = "hidden-"
_SYSTEM_MODE = "System"


def location(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A region as the declaration spells it: `West Europe` is `westeurope`."""
    return declared if _region(live) == _region(declared) else live


def plain_location(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A region by its short name, as states hold it."""
    return _region(live)


def tags(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Tags without the portal's own, their names in the declaration's case: names of tags have none."""
    wanted = {str(name).lower(): str(name) for name in declared} if isinstance(declared, Mapping) else {}
    return {
        wanted.get(name.lower(), str(name)): value
        for name, value in (live.items() if isinstance(live, Mapping) else ())
        if name.lower() in wanted or not name.startswith(_HIDDEN_TAG)
    }


def identity(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The managed identity as a block; none where there is none."""
    kinds = [kind.strip() for kind in str(_get(live, "type") or "None").split(",")]
    if kinds == ["None"]:
        return []
    return [{"type": ", ".join(sorted(kinds)), "identity_ids": list(_get(live, "userAssignedIdentities") or ())}]


def if_told(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The value where it is told; one that is left out says nothing."""
    return declared if live is None else live


def if_declared(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The value where the code says one; what it leaves out is the provider's to choose."""
    return live if declared else declared


def if_written(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The value of a field that other versions of the provider call otherwise, where it is written by this name."""
    return declared if declared is None else live


def on_unless_off(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A switch that is on until it is turned off, as a truth value or a word."""
    return declared if declared is None else str(live).lower() not in ("false", "disabled", "off")


def negated(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A switch that Terraform names by the contrary."""
    return declared if declared is None else live is not True


def is_word(word: str, live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> bool:
    """A switch that stands for one word of several."""
    return str(live).lower() == word


def last_segment(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The name that an id ends in."""
    return live.rsplit("/", 1)[-1] if isinstance(live, str) else live


def same_last_segment(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """An id as the declaration writes it, when both end in the same name: roles are known in every scope."""
    names = [str(value).rsplit("/", 1)[-1].lower() for value in (live, declared)]
    return declared if names[0] == names[1] else live


def parent_id(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The id of what a resource lies in."""
    return live.rsplit("/", 2)[0] if isinstance(live, str) else live


def trimmed(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """Text without the blanks around it."""
    return live.strip() if isinstance(live, str) else live


def before_underscore(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The first half of a name such as `Standard_GRS`."""
    return live.partition("_")[0] if isinstance(live, str) else live


def after_underscore(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The second half of a name such as `Standard_GRS`."""
    return live.partition("_")[2] if isinstance(live, str) else live


def sku_with_capacity(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A SKU and its capacity in one text: `Developer_1`."""
    return f"{_get(live, 'name')}_{_get(live, 'capacity') or 0}"


def flexible_sku(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The SKU of a flexible server with its tier before it: `GP_Standard_D2s_v3`."""
    tier = str(_get(live, "tier") or "").lower()
    return f"{_TIERS.get(tier, tier)}_{_get(live, 'name')}"


def gigabytes(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A size that is told in bytes."""
    return live / _GIB if isinstance(live, int) else live


def megabytes_of_gigabytes(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A size that is told in GiB and declared in MiB."""
    return live * 1024 if isinstance(live, int) else live


def addresses(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """Address ranges as the declaration writes them: `1.2.3.4` is `1.2.3.4/32`. In one text where the code has one."""
    wanted = declared.split(",") if isinstance(declared, str) else declared or ()
    spelled = {str(item).strip().removesuffix("/32"): str(item).strip() for item in wanted}
    found = [spelled.get(str(item).removesuffix("/32"), item) for item in as_items(live)]
    return ",".join(sorted(found, key=_place_in(list(spelled.values())))) if isinstance(declared, str) else found


def unless_disabled(field: str, live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A block that is there unless one of its fields says that it is off."""
    return None if str(_get(live, field) or "None").lower() in ("disabled", "none", "false") else live


def address_prefixes(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The ranges of a subnet, which has one or several; nothing where the code writes its range by another name."""
    return declared if declared is None else _ranges(live)


def address_prefix(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The only range of a subnet, where the code writes it by this name."""
    return declared if declared is None else next(iter(_ranges(live)), None)


def of_subnet(field: str, live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """What is linked to the subnet that an association names; None when nothing is."""
    subnet = _with_id(live, attributes.get("subnet_id"))
    return _get(_get(_get(subnet, "properties"), field), "id")


def holds(attribute: str, live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """Whether a list of references holds the one that an association names."""
    return _with_id(live, attributes.get(attribute)) is not None


def private_connections(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The connections of a private endpoint: those that need no approval, and those that a person approves."""
    lists = {False: "privateLinkServiceConnections", True: "manualPrivateLinkServiceConnections"}
    return [{**item, "manual": manual} for manual, name in lists.items() for item in _dicts(_get(live, name))]


def ssh_keys(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The keys of a machine's users, from where they are put: `/home/USER/.ssh/authorized_keys`."""
    return [
        {
            "username": str(item.get("path", "")).removesuffix("/.ssh/authorized_keys").rsplit("/", 1)[-1],
            "public_key": str(item.get("keyData", "")).strip(),
        }
        for item in _dicts(live)
    ]


def attached_disk(field: str, live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """How the disk that an attachment names is attached to its machine; None when it is not."""
    disk = next(
        (
            item
            for item in _dicts(live)
            if _same_id(_get(item.get("managedDisk"), "id"), attributes.get("managed_disk_id"))
        ),
        None,
    )
    return disk if disk is None or not field else disk.get(field)


def access_policy(field: str, live: Any, _declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The permissions that a vault gives to the one whom a declaration of its own names; None when it gives none."""
    wanted = (attributes.get("object_id"), attributes.get("application_id") or None)
    policy = next(
        (item for item in _dicts(live) if (item.get("objectId"), item.get("applicationId") or None) == wanted), None
    )
    return policy if policy is None or not field else _get(policy.get("permissions"), field)


def default_pool(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The node pool that a cluster declares within itself; the others are declared on their own."""
    name = next((block.get("name") for block in as_items(declared) if isinstance(block, Mapping)), None)
    pools = _dicts(live)
    found = next((pool for pool in pools if pool.get("name") == name), None)
    found = found or next((pool for pool in pools if pool.get("mode") == _SYSTEM_MODE), None)
    return [found] if found else []


def pool_count(live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The nodes of a pool; where the autoscaler says how many there are, whatever is declared."""
    return declared if _get(live, "enableAutoScaling") else _get(live, "count")


def critical_only(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> bool:
    """Whether the taints of a pool keep everything away but the cluster's own add-ons."""
    return "CriticalAddonsOnly=true:NoSchedule" in as_items(live)


def version_if_declared(live: Any, declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A version as exact as the code states it, where it states one: `1.31` declares every `1.31.x`."""
    return declared if not declared or str(live).startswith(f"{declared}.") else live


def single_range(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A range of addresses with its length, which is left out of single ones."""
    return live if not isinstance(live, str) or "/" in live else f"{live}/32"


def addon(name: str, live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """Whether a cluster's add-on is on; the portal and Terraform write its name in different case."""
    return _get(_caseless(live).get(name), "enabled")


def capacity_unless_inflated(live: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
    """The capacity of a namespace; where it grows by itself, whatever is declared."""
    return declared if live is None or attributes.get("auto_inflate_enabled") else live


def public_access(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> str:
    """Who may read a container without being known: `private`, `blob` or `container`."""
    word = str(live or "None").lower()
    return "private" if word == "none" else word


def plan_system(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> str:
    """The operating system of a plan, from its kind."""
    kind = str(live or "").lower()
    return "Linux" if "linux" in kind else "WindowsContainer" if "xenon" in kind else "Windows"


def ttl(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """How long a record may be kept, whatever the case of its name."""
    return _caseless(live).get("ttl")


def records(kind: str, field: str, live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """The values of a set of records; alone where there can be only one."""
    found = _caseless(live).get(kind)
    values = [_caseless(item).get(field) for item in as_items(found)]
    return next(iter(values), None) if isinstance(found, Mapping) else values


def record_blocks(kind: str, live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Records that have several fields, with the names of their fields in small letters."""
    return [_caseless(item) for item in _dicts(_caseless(live).get(kind))]


def joined(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> Any:
    """A text that is told in pieces."""
    return "".join(map(str, live)) if isinstance(live, list) else live


def enabled_word(live: Any, _declared: Any, _attributes: Mapping[str, Any]) -> bool:
    """A switch that is off until it is turned on, as a truth value or a word."""
    return str(live).lower() in ("true", "enabled", "on")


def _ranges(subnet: Any) -> list[Any]:
    return _get(subnet, "addressPrefixes") or as_items(_get(subnet, "addressPrefix"))


def _region(value: Any) -> str:
    return str(value or "").replace(" ", "").lower()


def _get(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in as_items(value) if isinstance(item, dict)]


def _caseless(value: Any) -> dict[str, Any]:
    return {str(name).lower(): item for name, item in value.items()} if isinstance(value, Mapping) else {}


def _same_id(left: Any, right: Any) -> bool:
    return isinstance(left, str) and isinstance(right, str) and left.lower() == right.lower()


def _with_id(live: Any, wanted: Any) -> dict[str, Any] | None:
    return next((item for item in _dicts(live) if _same_id(item.get("id"), wanted)), None)


def _place_in(order: list[str]) -> Callable[[str], tuple[int, str]]:
    return lambda item: (order.index(item) if item in order else len(order), item)


def _named() -> Iterator[tuple[str, Converter]]:
    yield from (
        (function.__name__, function)
        for function in (
            address_prefix,
            address_prefixes,
            addresses,
            after_underscore,
            before_underscore,
            capacity_unless_inflated,
            critical_only,
            default_pool,
            enabled_word,
            flexible_sku,
            gigabytes,
            identity,
            if_declared,
            if_told,
            if_written,
            joined,
            last_segment,
            location,
            megabytes_of_gigabytes,
            negated,
            on_unless_off,
            parent_id,
            plain_location,
            plan_system,
            pool_count,
            private_connections,
            public_access,
            same_last_segment,
            single_range,
            sku_with_capacity,
            ssh_keys,
            tags,
            trimmed,
            ttl,
            version_if_declared,
        )
    )
    for word in ("aligned", "azureservices", "default", "enabled", "v2"):
        yield f"is.{word}", partial(is_word, word)
    for name in ("azurepolicy", "httpapplicationrouting"):
        yield f"addon.{name}", partial(addon, name)
    for field in ("networkSecurityGroup", "routeTable", "natGateway"):
        yield f"subnet.{field}", partial(of_subnet, field)
    for attribute in ("public_ip_address_id", "public_ip_prefix_id"):
        yield f"holds.{attribute}", partial(holds, attribute)
    for field in ("", "lun", "caching", "writeAcceleratorEnabled"):
        yield f"disk.{field}".rstrip("."), partial(attached_disk, field)
    for field in ("", "keys", "secrets", "certificates", "storage"):
        yield f"access_policy.{field}".rstrip("."), partial(access_policy, field)
    for field in ("mode", "customWindow", "enabled", "enableDdosProtection", "directoryServiceOptions"):
        yield f"unless_disabled.{field}", partial(unless_disabled, field)
    for kind, field in (
        ("arecords", "ipv4address"),
        ("aaaarecords", "ipv6address"),
        ("cnamerecord", "cname"),
        ("nsrecords", "nsdname"),
        ("ptrrecords", "ptrdname"),
    ):
        yield f"records.{kind}", partial(records, kind, field)
    for kind in ("mxrecords", "srvrecords", "txtrecords", "caarecords"):
        yield f"records.{kind}", partial(record_blocks, kind)


AZURE_CONVERTERS: dict[str, Converter] = {f"azure.{name}": converter for name, converter in _named()}
