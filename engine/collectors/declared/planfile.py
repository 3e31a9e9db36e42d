"""What `terraform show -json PLAN` and `tofu show -json PLAN` print, as far as it is used here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.collectors.declared.statefile import shown
from engine.collectors.declared.statefile.document import as_utf8
from engine.errors import SourceError

_NEWEST_FORMAT = 1
_BINARY_PLAN = b"PK\x03\x04"


class NotAPlanError(SourceError):
    """The file holds something else than a plan."""


class Change(Struct, gc=False):
    """Both sides of one resource. The masks have the shape of the values, with `true` at what they mark."""

    actions: list[str] = field(default_factory=list)
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    after_unknown: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None
    importing: dict[str, Any] | None = None


class ResourceChange(Struct, gc=False):
    """One entry of `resource_drift` or `resource_changes`. `deposed` names a replaced object that still waits."""

    address: str
    change: Change
    mode: str = "managed"
    type: str = ""
    provider_name: str = ""
    previous_address: str | None = None
    deposed: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it is about a resource that the code manages: no data source, no deposed object."""
        return self.mode == "managed" and not self.deposed


class PriorState(Struct, gc=False):
    """What Terraform read from the providers before it planned."""

    values: shown.Values | None = None


class Plan(Struct, gc=False):
    """A plan. `resource_drift` is what moved outside of Terraform, `resource_changes` what the code would change."""

    format_version: str
    timestamp: datetime | None = None
    prior_state: PriorState | None = None
    resource_drift: list[ResourceChange] = field(default_factory=list)
    resource_changes: list[ResourceChange] = field(default_factory=list)


_decoder = msgspec.json.Decoder(Plan)
_keys_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
#: What tells a plan from everything else that is printed as JSON with a `format_version`.
_MARKS = frozenset({"planned_values", "resource_changes", "resource_drift", "prior_state", "configuration"})


def decode_plan(raw: bytes) -> Plan:
    """Reads a plan.

    Raises SourceError with one sentence that says why it cannot be read; NotAPlanError when it is none.
    """
    if raw.startswith(_BINARY_PLAN):
        raise SourceError("the file is a plan as Terraform saves it; give what `terraform show -json FILE` prints")
    text = as_utf8(raw)
    _check(_keys(text))
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise SourceError("the JSON is nested too deeply to be a plan") from None
    except msgspec.DecodeError as error:
        raise SourceError(f"the file does not have the shape of a plan: {error}") from None


def _keys(text: bytes) -> Mapping[str, msgspec.Raw]:
    try:
        return _keys_decoder.decode(text)
    except msgspec.ValidationError:
        raise NotAPlanError(_NOT_A_PLAN) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if "truncated" in str(error):
            raise SourceError("the JSON ends too early, the file was cut short or is empty; make it again") from None
        raise NotAPlanError(_NOT_A_PLAN) from None


def _check(document: Mapping[str, msgspec.Raw]) -> None:
    if "format_version" not in document or _MARKS.isdisjoint(document):
        raise NotAPlanError(_NOT_A_PLAN)
    version = bytes(document["format_version"]).decode(errors="replace").strip('"')
    major = version.partition(".")[0]
    if major.isdecimal() and int(major) > _NEWEST_FORMAT:
        raise SourceError(
            f"the plan has format {version}, newer than the newest that is read ({_NEWEST_FORMAT}.x); update DriftGuard"
        )


_NOT_A_PLAN = "the file is not what `terraform show -json PLAN` prints; check `path`"
