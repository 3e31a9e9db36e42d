"""Terraform: a plan limited to the resource is kept, shown, and applied as it is."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from engine.collectors.declared.planfile import Plan as Planned
from engine.collectors.declared.planfile import ResourceChange, decode_plan
from engine.errors import RemedyError, SourceError
from engine.model import SENSITIVE, Plan
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, Workplace, digest
from engine.remediate.terraform_code import code_of
from engine.remediate.terraform_program import LOCK, Program, is_running

_DONE = "Apply complete!"
#: What Terraform says of a plan that was applied already, or whose state has been written since.
_STALE = "Saved plan is stale"
#: In the order in which they are told; a replacement is both a creation and a destruction.
_VERBS = {"create": "add", "update": "change", "delete": "destroy", "forget": "forget"}


#: What is shorter is in too many words to be replaced in them.
_TELLING = 4


class TerraformApply(Tool):
    """Makes the resource as its code says, with a plan that is limited to its address."""

    name: ClassVar[str] = "terraform"
    artifact: ClassVar[str] = "plan.tfplan"

    def __init__(self, plan: Plan, workplace: Workplace) -> None:
        super().__init__(plan, workplace)
        self._address = plan.resource.address

    def prepare(self, file: Path) -> Draft:
        program = self._program
        planned = self._plan(program, file)
        changes = changes_in(planned)
        veil = Veil(planned)
        if not changes:
            raise RemedyError(f"Terraform would change nothing about {self._address}: scan again to see why")
        return Draft(
            summary=summary_of(changes, self._address),
            shown=veil.over(program.answer("show", "-no-color", str(file)).decode(errors="replace").strip("\n")),
            world=world_of(planned),
            commands=(f"{program.program} apply {self.artifact}",),
        )

    def world(self, file: Path) -> str:
        again = file.with_name(f"again-{file.name}")
        try:
            return world_of(self._plan(self._program, again))
        finally:
            again.unlink(missing_ok=True)

    def apply(self, file: Path, say: Say) -> Outcome:
        log, program = _log_of(file), self._program
        veil = Veil(self._read(program, file))
        program.apply(file, log, lambda line: say(veil.over(line)))
        outcome = _told_in(log, veil)
        log.unlink(missing_ok=True)
        return outcome

    def aftermath(self, file: Path) -> Outcome:
        """Terraform outlives the process that started it, so it is waited for; its last words tell how it ended."""
        log = _log_of(file)
        if not log.exists():
            return super().aftermath(file)
        while is_running(log):
            if self.workplace.cancelled.wait(0.2):
                raise RemedyError("Terraform is still applying the plan: look again when it has ended")
        return _told_in(log, Veil(self._read(self._program, file)))

    @cached_property
    def _program(self) -> Program:
        code = code_of(self.plan.resource, self.workplace)
        return Program(code.folder, code.program, self.workplace)

    def _plan(self, program: Program, file: Path) -> Planned:
        file.touch(0o600)  # before Terraform writes into it, so that nobody else can read it meanwhile
        program.answer("plan", "-input=false", "-no-color", LOCK, f"-target={self._address}", f"-out={file}")
        file.chmod(0o600)
        return self._read(program, file)

    def _read(self, program: Program, file: Path) -> Planned:
        try:
            return decode_plan(program.answer("show", "-json", "-no-color", str(file)))
        except SourceError as error:
            raise RemedyError(f"{program.folder}: the plan cannot be read: {error}") from error


class Veil:
    """Hides what a plan marks as sensitive wherever it stands: a provider may hand it on under another name."""

    def __init__(self, planned: Planned) -> None:
        texts: set[str] = set()
        for entry in (*planned.resource_changes, *planned.resource_drift):
            change = entry.change
            texts.update(_marked(change.before, change.before_sensitive), _marked(change.after, change.after_sensitive))
        self._texts = sorted((text for text in texts if len(text) >= _TELLING), key=len, reverse=True)

    def over(self, text: str) -> str:
        """The text without any of it."""
        for secret in self._texts:
            text = text.replace(secret, SENSITIVE)
        return text


def _marked(value: Any, mask: Any) -> Iterator[str]:
    """The texts and numbers in a value where the mask, of the same shape, says that it is sensitive."""
    if isinstance(value, dict) and mask:
        for name, item in value.items():
            yield from _marked(item, mask is True or (isinstance(mask, dict) and mask.get(name)))
    elif isinstance(value, list) and mask:
        for place, item in enumerate(value):
            yield from _marked(item, mask is True or (isinstance(mask, list) and place < len(mask) and mask[place]))
    elif mask is True and isinstance(value, str | int | float) and not isinstance(value, bool):
        yield from str(value).splitlines()


def changes_in(planned: Planned) -> list[ResourceChange]:
    """What applying the plan would do something about."""
    return [entry for entry in planned.resource_changes if entry.counts and set(entry.change.actions) & _VERBS.keys()]


def summary_of(changes: list[ResourceChange], address: str) -> str:
    """`1 to change`, and which others than the address are touched."""
    counted = Counter(_VERBS[action] for entry in changes for action in entry.change.actions if action in _VERBS)
    counts = ", ".join(f"{counted[verb]} to {verb}" for verb in _VERBS.values() if counted[verb])
    others = [entry.address for entry in changes if entry.address != address]
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return f"{counts}; also touches {', '.join(others[:3])}{more}" if others else counts


def world_of(planned: Planned) -> str:
    """Differs when Terraform would do something else, or do it to something else."""
    drifted = [entry for entry in planned.resource_drift if entry.counts]
    return digest(msgspec.to_builtins([changes_in(planned), drifted]))


def _log_of(file: Path) -> Path:
    return file.with_name("apply.log")


def _told_in(log: Path, veil: Veil) -> Outcome:
    """How an apply ended, by what it printed."""
    text = veil.over(log.read_text("utf-8", errors="replace"))
    lines = [line.strip("│╷╵ ") for line in text.splitlines()]
    if done := next((line for line in lines if line.startswith(_DONE)), ""):
        return Outcome(done=True, said=done)
    error = next((line for line in lines if line.startswith("Error: ")), "it was interrupted")
    if _STALE in error:
        said = "Terraform refuses the plan: its state has been written since, by this plan or another run"
        return Outcome(done=False, said=said, left=("prepare it anew and have that approved",))
    return Outcome(
        done=False, said=f"Terraform did not finish: {error}", left=("what was done before that stays: scan again",)
    )
