"""The files of the repository at every commit, worked out backwards from the code that the state agrees with."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from driftguard_tui.demo.company import INES, Person
from driftguard_tui.demo.history.ordinary import FORGE, IMPORTS, Bot
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories import Appended, Edit, PullRequest

Files = Mapping[str, str]


@dataclass(frozen=True)
class Commit:
    """One commit. `parents` are positions in the list that it stands in."""

    author: Person
    committer: Person
    at: datetime
    message: str
    files: Files
    parents: tuple[int, ...]


def commits_of(files: Files, changes: Sequence[PullRequest]) -> list[Commit]:
    """Every commit, the newest last. `files` is the code that agrees with the state.

    A change that is `pending` is not in `files` yet; all others are, and are taken out to see what was before.

    Raises ValueError when a change does not fit the files.
    """
    ordered = sorted(changes, key=lambda change: change.merged)
    current = dict(files)
    for change in reversed(ordered):
        if not change.pending:
            current = _apply(current, [_undone(edit) for edit in reversed(change.edits)])
    commits = _imports(current)
    on_main = len(commits) - 1
    mainline = [(commits[on_main].at, on_main)]
    for change in ordered:
        base = max(entry for entry in mainline if entry[0] <= change.at)[1]
        message = f"{change.subject}\n" + (f"\n{change.body}\n" if change.body else "")
        branch = _apply(commits[base].files, change.edits)
        commits.append(Commit(change.author, change.author, change.at, message, branch, (base,)))
        merged = _apply(commits[on_main].files, change.edits)
        message = f"Merge pull request #{change.number} from {_branch_name(change)}\n\n{change.subject}\n"
        merger = INES if isinstance(change.author, Bot) else change.author
        commits.append(Commit(merger, FORGE, change.merged, message, merged, (on_main, len(commits) - 1)))
        on_main = len(commits) - 1
        mainline.append((change.merged, on_main))
    return commits


def _imports(files: Files) -> list[Commit]:
    commits: list[Commit] = []
    for position, step in enumerate(IMPORTS):
        brought = {path: text for path, text in files.items() if path.startswith(step.prefixes)}
        before = commits[-1].files if commits else {}
        parents = (position - 1,) if position else ()
        message, kept = f"{step.subject}\n", {**before, **brought}
        commits.append(Commit(step.author, step.author, when(step.at), message, kept, parents))
    return commits


def _apply(files: Files, edits: Iterable[Edit | Appended]) -> dict[str, str]:
    changed = dict(files)
    for edit in edits:
        text = changed[edit.path]
        changed[edit.path] = text + edit.text if isinstance(edit, Appended) else _replaced(text, edit)
    return changed


def _replaced(text: str, edit: Edit) -> str:
    """The text with the argument's new value; the first one behind the head of the block."""
    start = text.find(edit.block)
    value = re.compile(rf"(\n\s*{re.escape(edit.argument)}\s*= ){re.escape(edit.before)}(?=\n)")
    found = value.search(text, start) if start >= 0 else None
    if found is None:
        raise ValueError(f"{edit.path}: no {edit.argument} = {edit.before} in {edit.block}")
    return text[: found.start()] + found[1] + edit.after + text[found.end() :]


def _undone(edit: Edit | Appended) -> Edit:
    if isinstance(edit, Appended):
        raise ValueError(f"{edit.path}: a text that was appended is pending, or it is part of the code")
    return Edit(edit.path, edit.block, edit.argument, edit.after, edit.before)


def _branch_name(change: PullRequest) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", change.subject.lower()).strip("-")
    return f"larkspur-parcel/{words[:40].rstrip('-')}"
