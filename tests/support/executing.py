"""Requests on their way to being carried out, and a tool that does it: it writes a file."""

from pathlib import Path
from typing import ClassVar

from engine.model import ChangeRequest, Plan, Prepared
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, Workplace, digest
from engine.workflow.executions import Executions
from engine.workflow.policies import Policies
from tests.support.people import Room
from tests.support.samples import at
from tests.support.shared_room import SharedRoom

PREPARED = Prepared(
    tool="terraform",
    summary="1 to change",
    shown='~ cidr = "0.0.0.0/0" -> "10.0.0.0/8"',
    artifact="plan.tfplan",
    artifact_hash="a" * 64,
    world="w" * 64,
)


def executions(room: Room | SharedRoom, person: str, policies: Policies | None = None) -> Executions:
    """The steps of carrying out, as this person takes them."""
    return Executions(room.of(person), person, lambda: at(room.minutes), policies)


def asked(
    room: Room | SharedRoom, drift: str = "d-1", by: str = "anna", prepared: Prepared = PREPARED
) -> ChangeRequest:
    """A request for which a tool prepared what it will do."""
    draft = room(by).create(drift, draft=True)
    ready = executions(room, by).prepare(draft.id, prepared)
    return room(by).submit(ready.id, plan_hash=ready.plan_hash)


def approved(room: Room | SharedRoom, drift: str = "d-1", by: str = "ben") -> ChangeRequest:
    """A request that may be carried out."""
    request = asked(room, drift)
    return room(by).approve(request.id, plan_hash=request.plan_hash)


class Signwriter(Tool):
    """Writes `done` behind what a file holds; the file is all of its world."""

    name: ClassVar[str] = "signwriter"
    artifact: ClassVar[str] = "sign.txt"

    def __init__(self, plan: Plan, workplace: Workplace, sign: Path) -> None:
        super().__init__(plan, workplace)
        self.sign = sign

    def prepare(self, file: Path) -> Draft:
        return Draft(summary="1 to write", shown="+ done", world=self.world(file), artifact=b"done\n")

    def world(self, file: Path) -> str:
        return digest(self.sign.read_text())

    def apply(self, file: Path, say: Say) -> Outcome:
        say("writing")
        with self.sign.open("a") as sign:
            sign.write(file.read_text())
        return Outcome(done=True, said="written")
