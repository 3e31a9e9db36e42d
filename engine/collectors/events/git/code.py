"""What a commit changed in declarations: Terraform code, Kubernetes manifests, CloudFormation templates."""

import posixpath
from collections.abc import Iterator
from functools import cache
from typing import Any

from engine.collectors.events.git import documents
from engine.collectors.events.git.hcl import Blocks, changed_attributes, module_calls, scan_blocks
from engine.collectors.events.git.store import Repository
from engine.model import SENSITIVE
from engine.redact import is_secret_name, redact_value

#: Files above this are generated; a commit that touches more files than this is a mass change of little meaning.
_MAX_FILE_BYTES = 1_000_000
_MAX_FILES = 500

Changes = dict[str, dict[str, Any]]


class Code:
    """The code in a repository. How its files hang together is read from the tip of the default branch."""

    def __init__(self, repository: Repository) -> None:
        self._store: Any = repository.store
        self._head = repository.head
        self._modules = self._module_addresses()
        self._layout = self._find_layout()

    def changes(self, commit: Any) -> tuple[list[str], Changes]:
        """The files a commit changed against its first parent, and the declarations in them, by address.

        Of each the attributes with their old and new values (None: absent): of Terraform as the code has them, of
        others as values, with the `language`. Without secrets.
        """
        from dulwich.diff_tree import tree_changes

        if commit.parents and commit.parents[0] not in self._store:
            return [], {}  # the history was cut off here: what was there before is not known
        parent = self._store[commit.parents[0]].tree if commit.parents else None
        files: list[str] = []
        terraform, others = _Sides(), _Sides()
        for change in tree_changes(self._store, parent, commit.tree):
            if len(files) >= _MAX_FILES:
                break
            entry = change.new if change.new is not None and change.new.path else change.old
            if entry is None or entry.path is None:
                continue
            path = text_of(entry.path)
            files.append(path)
            if path.endswith(".tf"):
                # By folder, so that a block that moved to another file of its module has not changed.
                terraform.add(posixpath.dirname(path), self._blocks(change.old), self._blocks(change.new))
            elif self._layout.has_declarations(path):
                others.add(path, self._documents(path, change.old), self._documents(path, change.new))
        return files, self._terraform(terraform) | documents.changed_blocks(others.before, others.after)

    def _terraform(self, sides: "_Sides") -> Changes:
        changes: Changes = {}
        for folder, blocks in sides.after.items():
            for address, attributes in changed_attributes(sides.before[folder], blocks).items():
                for outer in self._modules.get(folder) or [""]:
                    full = f"{outer}.{address}" if outer else address
                    changes[full] = {"attributes": _without_secrets(attributes)}
        return changes

    def _blocks(self, entry: Any) -> Blocks:
        return scan_blocks(self._content(entry.sha)) if _has_content(entry) else {}

    def _documents(self, path: str, entry: Any) -> documents.Blocks:
        return (
            documents.blocks_in(path, self._content(entry.sha)) if entry is not None and entry.sha is not None else {}
        )

    def _content(self, sha: bytes) -> str:
        """A file's text, empty when it is too large, binary or missing."""
        try:
            data: bytes = self._store[sha].as_raw_string()
        except KeyError:
            return ""
        return "" if len(data) > _MAX_FILE_BYTES or b"\0" in data[:8000] else text_of(data)

    def _module_addresses(self) -> dict[str, list[str]]:
        """Folders of local modules with the addresses they are called by: `modules/web` → `module.front`."""
        calls: dict[str, list[tuple[str, str]]] = {}
        for path, sha in self._files():
            if path.endswith(".tf"):
                folder = posixpath.dirname(path)
                for name, source in module_calls(self._content(sha)):
                    calls.setdefault(posixpath.normpath(posixpath.join(folder, source)), []).append((folder, name))

        @cache
        def addresses(folder: str, depth: int = 0) -> tuple[str, ...]:
            if depth > 8:
                return ()
            found = (
                f"{outer}.module.{name}" if outer else f"module.{name}"
                for caller, name in calls.get(folder, ())
                for outer in addresses(caller, depth + 1) or ("",)
            )
            return tuple(dict.fromkeys(found))

        return {folder: list(addresses(folder)) for folder in calls}

    def _find_layout(self) -> documents.Layout:
        found = dict(self._files())
        kustomizations = {
            path: self._content(sha)
            for path, sha in found.items()
            if posixpath.splitext(posixpath.basename(path))[0].lower() == "kustomization"
        }
        return documents.Layout(found, kustomizations)

    def _files(self) -> Iterator[tuple[str, bytes]]:
        if self._head is None:
            return
        for entry in self._store.iter_tree_contents(self._store[self._head].tree):
            yield text_of(entry.path), entry.sha


class _Sides:
    """What was there before a commit and after it, by folder or file."""

    def __init__(self) -> None:
        self.before: dict[str, dict[str, Any]] = {}
        self.after: dict[str, dict[str, Any]] = {}

    def add(self, place: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.before.setdefault(place, {}).update(before)
        self.after.setdefault(place, {}).update(after)


def text_of(data: bytes) -> str:
    """Text of a repository, which is meant to be UTF-8."""
    return data.decode("utf-8", errors="replace")


def _has_content(entry: Any) -> bool:
    """Whether there is a file on this side of a change."""
    return entry is not None and entry.sha is not None


def _without_secrets(attributes: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """Old and new texts, each masked where its attribute is named like a secret or it looks like one."""
    return {
        name: [SENSITIVE if text and is_secret_name(name) else redact_value(text) for text in texts]
        for name, texts in attributes.items()
    }
