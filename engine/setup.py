"""Proposes a configuration from what lies in a folder."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.registry import KINDS

_MANIFESTS = KINDS["kubernetes_manifests"]
#: Folders below the one looked into; states deeper than this are not found.
_DEPTH = 5
#: With more places than this, the folder that holds them all is named instead.
_PLACES = 8
#: Not `.tfstate.backup`, which is what was true before.
_STATE_SUFFIXES = (".tfstate", ".tfstate.gz", ".tfstate.zst")

_LIVE_AWS = """\
# The account as it is, read through the API. A role with the policy SecurityAudit is enough.
[[source]]
name = "aws"
kind = "aws"
{profile}regions = [{regions}]

# Who changed what, from the last days of CloudTrail.
[[source]]
name = "cloudtrail"
kind = "cloudtrail"
{profile}regions = [{regions}]
"""


#: Sources that need a decision, each as it is written; commented out in the proposal.
_OTHERS_LIVE = """\
# A cluster as it is, through the API that kubectl uses; a read-only role is enough.
[[source]]
name = "cluster"
kind = "kubernetes"
context = "prod"

# Google Cloud's inventory; the role Cloud Asset Viewer is enough.
[[source]]
name = "google"
kind = "gcp_assets"
scope = "projects/my-project"

# Azure's inventory; the role Reader is enough.
[[source]]
name = "azure"
kind = "azure_resource_graph"
subscriptions = ["00000000-0000-0000-0000-000000000000"]
"""


class Proposal(Struct, frozen=True):
    """A configuration file's text, and in a line each what was found."""

    text: str
    found: tuple[str, ...]


class _Entry(Struct, frozen=True):
    """A source that was found: its comment, its name and kind, and its path."""

    comment: str
    name: str
    kind: str
    path: list[str]


def propose(folder: Path, environ: Mapping[str, str] = os.environ) -> Proposal:
    """A commented configuration for the folder: its states, recorded inputs and checkout, and the AWS account.

    What needs a decision stands in it as a comment.
    """
    entries = [*_states(folder), *_code(folder), *_manifests(folder), *_recordings(folder), *_checkout(folder)]
    blocks = [_header(folder), *map(_block, entries)]
    if not any(entry.kind == "terraform_state" for entry in entries):
        blocks.append(
            _commented(_block(_Entry("The states that Terraform left.", "state", "terraform_state", _EXAMPLES)))
        )
    if not any(KINDS[entry.kind].folder == "aws" for entry in entries):
        blocks.append(_live_aws(environ))
    blocks.append(_commented(_OTHERS_LIVE))
    return Proposal("\n".join(blocks), tuple(f"{entry.kind}: {', '.join(entry.path)}" for entry in entries))


_EXAMPLES = ["states/**/*.tfstate", "s3://my-states/prod/"]


def _states(folder: Path) -> Iterator[_Entry]:
    places = sorted(
        {
            _relative(file.parent, folder, f"*{suffix}")
            for file in _walk(folder, _DEPTH)
            for suffix in _STATE_SUFFIXES
            if file.name.endswith(suffix)
        }
    )
    if len(places) > _PLACES:
        places = [Path(os.path.commonpath(places)).as_posix()]
    remote = sorted(filter(None, map(_backend, folder.glob("**/.terraform/terraform.tfstate")))) if not places else []
    if places or remote:
        yield _Entry("The states that Terraform left.", "state", "terraform_state", places or remote)


def _code(folder: Path) -> Iterator[_Entry]:
    roots = sorted({file.parent.relative_to(folder) for file in _walk(folder, _DEPTH) if file.name.endswith(".tf")})
    tops = [root for root in roots if not any(other in root.parents for other in roots)]
    if len(tops) > _PLACES:
        tops = [Path(os.path.commonpath(tops))]
    if tops:
        comment = "What the code says now; where it and a state disagree, the code is the declaration."
        yield _Entry(comment, "terraform", "terraform_code", [top.as_posix() for top in tops])


def _manifests(folder: Path) -> Iterator[_Entry]:
    """Folders with Kubernetes manifests, unless they have a bundle's name, by which they are found anyway."""
    places = sorted({file.parent.relative_to(folder) for file in _walk(folder, _DEPTH) if _is_manifest(file)})
    tops = [place for place in places if not any(other in place.parents for other in places)]
    tops = [top for top in tops if top.parts[:1] not in ((KINDS["kubernetes"].folder,), (_MANIFESTS.folder,))]
    if len(tops) > _PLACES:
        tops = [Path(os.path.commonpath(tops))]
    if tops:
        yield _Entry(
            "What is applied to the cluster.", "manifests", "kubernetes_manifests", [t.as_posix() for t in tops]
        )


def _is_manifest(file: Path) -> bool:
    """Whether a file begins as a manifest does: its kind and the version of its API stand at the left edge."""
    if not file.name.endswith((".yaml", ".yml")):
        return False
    try:
        with file.open("rb") as opened:
            head = b"\n" + opened.read(4096)
    except OSError:
        return False
    return b"\napiVersion:" in head and b"\nkind:" in head


def _relative(parent: Path, folder: Path, pattern: str) -> str:
    return (parent.relative_to(folder) / pattern).as_posix()


def _backend(file: Path) -> str | None:
    """Where a folder's Terraform keeps its state, from what `terraform init` noted down; S3 only."""
    try:
        noted: Any = msgspec.json.decode(file.read_bytes())
        backend = noted["backend"]
        if backend["type"] == "s3":
            return f"s3://{backend['config']['bucket']}/{backend['config']['key']}"
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        return None
    return None


def _recordings(folder: Path) -> Iterator[_Entry]:
    for kind, entry in KINDS.items():
        recorded = folder / entry.folder
        # States are looked for wherever they lie. A folder `aws` is often Terraform code.
        is_other = entry.folder != KINDS["terraform_state"].folder
        if is_other and recorded.is_dir() and not any(recorded.rglob("*.tf")):
            yield _Entry(f"Recorded {entry.role.value} input.", entry.folder, kind, [entry.folder])


def _checkout(folder: Path) -> Iterator[_Entry]:
    for parent in (folder, *folder.parents):
        if (parent / ".git").exists():
            path = Path(os.path.relpath(parent, folder)).as_posix()
            yield _Entry("The code's history: what was merged, by whom, when.", "code", "git", [path])
            return


def _header(folder: Path) -> str:
    return f"""\
# What DriftGuard looks at. `driftguard config check` holds this file against what is there,
# `driftguard doctor` tries each source. Paths are relative to this file; secrets are never written here but named:
# keyring:SERVICE/NAME or env:NAME.

[estate]
name = {_quoted(folder.resolve().name or "estate")}

# [store]
# path = "~/.local/share/driftguard"   # where scans are recorded
"""


def _block(entry: _Entry) -> str:
    path = _quoted(entry.path[0]) if len(entry.path) == 1 else f"[{', '.join(map(_quoted, entry.path))}]"
    return f"# {entry.comment}\n[[source]]\nname = {_quoted(entry.name)}\nkind = {_quoted(entry.kind)}\npath = {path}\n"


def _live_aws(environ: Mapping[str, str]) -> str:
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    profile = environ.get("AWS_PROFILE")
    text = _LIVE_AWS.format(
        regions=_quoted(region or "eu-west-1"), profile=f"profile = {_quoted(profile)}\n" if profile else ""
    )
    return text if region else _commented(text)


def _commented(block: str) -> str:
    return "".join(line if line.startswith("#") or not line.strip() else f"# {line}" for line in block.splitlines(True))


def _quoted(text: str) -> str:
    """A TOML string; JSON writes the same."""
    return msgspec.json.encode(text).decode()


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            if depth:
                yield from _walk(entry, depth - 1)
        else:
            yield entry
