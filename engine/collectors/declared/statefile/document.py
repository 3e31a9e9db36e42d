"""Telling the formats of a state apart, and why a file is none of them."""

import codecs
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from engine.collectors.declared.statefile import format3, format4, shown
from engine.collectors.declared.statefile.instance import Instance
from engine.errors import SourceError

NEWEST_FORMAT = 4
_NEWEST_SHOWN_FORMAT = 1
_NOT_A_STATE = "the file is neither a Terraform state nor what `terraform show -json` prints; check `path`"


class NotAStateError(SourceError):
    """The file holds something else than a state."""


def decode_state(raw: bytes) -> list[Instance]:
    """The managed resource instances of a state, in its order. Data sources and deposed objects are left out.

    Raises SourceError with one sentence that says why the state cannot be read; NotAStateError when it is none.
    """
    text = as_utf8(raw)
    if not text.strip():
        raise SourceError("the file is empty; restore the state from its backup, or leave the file out")
    try:
        document = _decode(text)
        instances = list(_instances(document))
    except RecursionError:
        raise SourceError("the JSON is nested too deeply to be a state") from None
    if document.backend and not instances:
        raise NotAStateError("the file only says which backend keeps the state; give the state itself")
    return instances


def age_of(raw: bytes) -> tuple[str, int] | None:
    """The lineage and the serial of a state: copies of one state have the same lineage. None where it has none."""
    try:
        marks = _marks_decoder.decode(as_utf8(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    if isinstance(marks.lineage, str) and marks.lineage and isinstance(marks.serial, int):
        return marks.lineage, marks.serial
    return None


class _Marks(Struct):
    """What tells the kind of a document, whatever the shape of the rest."""

    version: Any = None
    format_version: str | None = None
    lineage: Any = UNSET
    serial: Any = UNSET
    terraform_version: Any = UNSET
    backend: Any = None
    encrypted_data: Raw | UnsetType = UNSET
    encryption: Raw | UnsetType = UNSET
    payload: Raw | UnsetType = UNSET
    resource_changes: Raw | UnsetType = UNSET
    planned_values: Raw | UnsetType = UNSET
    provider_schemas: Raw | UnsetType = UNSET
    valid: Raw | UnsetType = UNSET


class _Document(_Marks):
    resources: list[format4.Resource] | None = None
    modules: list[format3.Module] | None = None
    values: shown.Values | None = None


_document_decoder = msgspec.json.Decoder(_Document)
_marks_decoder = msgspec.json.Decoder(_Marks)


def as_utf8(raw: bytes) -> bytes:
    """The text as UTF-8; PowerShell redirects the output of `terraform show` in UTF-16."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace").encode()
    return raw.removeprefix(codecs.BOM_UTF8)


def _instances(document: _Document) -> Iterator[Instance]:
    if document.format_version is not None:
        root = document.values.root_module if document.values else None
        return shown.instances(root or shown.Module())
    if document.version == NEWEST_FORMAT:
        return format4.instances(document.resources or [])
    return format3.instances(document.modules or [])


def _decode(text: bytes) -> _Document:
    try:
        document = _document_decoder.decode(text)
        _check(document)
    except msgspec.ValidationError as error:
        # Of another format or no state at all: then that is the reason to give, not the field that did not fit.
        _check(_decode_marks(text))
        raise SourceError(f"the file does not have the shape of a state: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if "truncated" in str(error):
            raise SourceError("the JSON ends too early, the file was cut short; copy it again") from None
        raise SourceError(f"the file is not JSON: {error}") from None
    return document


def _decode_marks(text: bytes) -> _Marks:
    try:
        return _marks_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotAStateError(_NOT_A_STATE) from None


def _check(marks: _Marks) -> None:
    """Raises SourceError when the document is not a state in a format that is read."""
    if marks.encrypted_data is not UNSET or UNSET not in (marks.encryption, marks.payload):
        raise SourceError("the state is encrypted by OpenTofu; give what `tofu show -json` prints instead")
    if marks.planned_values is not UNSET or marks.resource_changes is not UNSET:
        raise NotAStateError(
            "the file is a Terraform plan, not a state; read it with a source of kind 'terraform_plan'"
        )
    if marks.format_version is not None and UNSET is marks.provider_schemas is marks.valid:
        if _major(marks.format_version) > _NEWEST_SHOWN_FORMAT:
            raise SourceError(
                f"the output of `terraform show -json` has format {marks.format_version!r}, newer than the newest that"
                f" is read ({_NEWEST_SHOWN_FORMAT}.x); update DriftGuard"
            )
        return
    written_by_terraform = any(mark is not UNSET for mark in (marks.lineage, marks.serial, marks.terraform_version))
    has_resources = isinstance(marks, _Document) and (marks.resources is not None or marks.modules is not None)
    if not isinstance(marks.version, int) or not (written_by_terraform or has_resources):
        raise NotAStateError(_NOT_A_STATE)
    if marks.version > NEWEST_FORMAT:
        raise SourceError(
            f"the state has format {marks.version}, newer than the newest that is read ({NEWEST_FORMAT}); update"
            " DriftGuard, or give what `terraform show -json` prints"
        )
    if marks.version < 1:
        raise NotAStateError(_NOT_A_STATE)


def _major(format_version: str) -> int:
    major = format_version.partition(".")[0]
    return int(major) if major.isdecimal() else 0
