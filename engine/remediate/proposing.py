"""Changes to the user's code: worked out on what is committed, shown as a diff, put on a branch of their own."""

import tempfile
from abc import abstractmethod
from collections.abc import Mapping
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import Struct

from engine.errors import RemedyError
from engine.remediate.git_branch import Branches
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, digest, read_kept


class Change(Struct, frozen=True):
    """Files of a repository as they are to be. `notes` tell how that was verified."""

    repository: str
    files: dict[str, bytes]
    notes: tuple[str, ...] = ()


class _Kept(Struct, frozen=True):
    """What is committed."""

    repository: str
    branch: str
    message: str
    files: dict[str, bytes]


class CodeProposal(Tool):
    """Commits changed code to a new branch of the user's repository, for them to review, push and merge."""

    name: ClassVar[str] = "git"
    artifact: ClassVar[str] = "change.json"

    @abstractmethod
    def change(self, scratch: Path) -> Change:
        """Works out the change. `scratch` is a private folder that is there for as long as this takes."""

    @abstractmethod
    def summary(self) -> str:
        """What is changed, in a few words: the subject of the commit."""

    def prepare(self, file: Path) -> Draft:
        change = self._worked_out(file)
        branches = Branches(Path(change.repository))
        branch = self._free_branch(branches)
        message = f"{self.summary()}\n\n{self.plan.title}\n"
        shown = [_diff(path, branches.content(path), new) for path, new in change.files.items()]
        return Draft(
            summary=f"{self.summary()}, on the new branch {branch}",
            shown="\n".join([*change.notes, "", *shown] if change.notes else shown),
            world=_world(change, branches),
            commands=(f"git push --set-upstream origin {branch}",),
            artifact=msgspec.json.encode(_Kept(change.repository, branch, message, change.files)),
        )

    def world(self, file: Path) -> str:
        change = self._worked_out(file)
        return _world(change, Branches(Path(change.repository)))

    def apply(self, file: Path, say: Say) -> Outcome:
        kept = read_kept(file, _Kept)
        try:
            commit = Branches(Path(kept.repository)).commit(kept.branch, kept.files, kept.message)
        except RemedyError as error:
            return Outcome(done=False, said=str(error), left=("nothing was committed",))
        say(f"committed {commit[:12]} to {kept.branch} of {kept.repository}")
        return _done(kept)

    def aftermath(self, file: Path) -> Outcome:
        kept = read_kept(file, _Kept)
        return _done(kept) if Branches(Path(kept.repository)).is_taken(kept.branch) else super().aftermath(file)

    def _worked_out(self, file: Path) -> Change:
        with tempfile.TemporaryDirectory(prefix="code-", dir=file.parent) as scratch:
            return self.change(Path(scratch))

    def _free_branch(self, branches: Branches) -> str:
        name = f"driftguard/{self.plan.action!s}-{self.plan.drift_id}"
        tried = (name, *(f"{name}-{number}" for number in range(2, 100)))
        for branch in tried:
            if not branches.is_taken(branch):
                return branch
        raise RemedyError(f"{branches.root}: has a hundred branches for this drift already; delete some")


def _done(kept: _Kept) -> Outcome:
    return Outcome(
        done=True,
        said=f"committed to the branch {kept.branch} of {kept.repository}",
        left=(f"review, push and merge {kept.branch}: the drift is there until that is done",),
    )


def _diff(path: str, before: bytes | None, after: bytes) -> str:
    """A unified diff, whose lines have no breaks of their own."""
    old = before.decode(errors="replace").splitlines() if before is not None else []
    new = after.decode(errors="replace").splitlines()
    names = ("/dev/null" if before is None else f"a/{path}", f"b/{path}")
    return "\n".join(unified_diff(old, new, *names, lineterm=""))


def _world(change: Change, branches: Branches) -> str:
    """Differs when the code was changed, or when the verification gives something else, since live things moved."""
    before: Mapping[str, str] = {path: _hash(branches.content(path) or b"") for path in change.files}
    return digest([before, {path: _hash(content) for path, content in change.files.items()}, change.notes])


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
