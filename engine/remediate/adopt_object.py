"""Adopting what is live into the manifest of an object."""

from pathlib import Path

from engine.errors import RemedyError
from engine.model import Against
from engine.model import Change as FieldChange
from engine.recommend.naming import spoken_name
from engine.remediate.git_branch import Branches
from engine.remediate.manifests import manifest_of
from engine.remediate.proposing import Change, CodeProposal
from engine.remediate.yaml_edit import adopt_manifest


class AdoptObject(CodeProposal):
    """Changes the values in the manifest, and nothing else in its file."""

    def summary(self) -> str:
        return f"Adopt {len(self._changes)} live value{'s' * (len(self._changes) != 1)} of {self._what}"

    def change(self, scratch: Path) -> Change:
        if not self._changes:
            raise RemedyError(f"{self._what}: no value that the manifest declares differs: there is nothing to adopt")
        manifest = manifest_of(self.plan.resource, self.workplace)
        branches = Branches(manifest.file.parent)
        path = branches.path_of(manifest.file)
        content = branches.content(path)
        if content is None:
            raise RemedyError(f"{manifest.file}: is not committed; commit it first, then adopt what is live")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise RemedyError(f"{manifest.file}: is not UTF-8 text; change it by hand") from error
        new = adopt_manifest(text, manifest.declared.attributes, self._changes)
        return Change(str(branches.root), {path: new.encode()})

    @property
    def _what(self) -> str:
        return spoken_name(self.plan.resource)

    @property
    def _changes(self) -> list[FieldChange]:
        return [change for change in self.plan.changes if change.against is Against.DECLARED]
