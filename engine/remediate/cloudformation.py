"""CloudFormation: a change set that makes the stack as its template says is created, described, and executed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import yaml
from msgspec import Struct

from engine.collectors.aws_account import FAILURES, Account, failure
from engine.collectors.base import CancelledError
from engine.collectors.declared.cloudformation import Settings
from engine.errors import RemedyError, SourceError
from engine.providers.reads import load_reads
from engine.redact import redact_value
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, digest, read_kept

#: What a template may make beside plain resources; nothing is granted that its stack does not have already.
_CAPABILITIES = ("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
#: Seconds between two questions, and the longest that a change set may take to be worked out.
_PAUSE, _LONGEST = 2.0, 600.0


class _ChangeSet(Struct, frozen=True):
    """A change set of a stack, by its ARN, with all that it would change."""

    region: str
    stack: str
    arn: str
    changes: list[Any]


class CloudFormationChangeSet(Tool):
    """Makes a stack as its template says, parameters as they are, where somebody has changed its resources."""

    name: ClassVar[str] = "cloudformation"
    artifact: ClassVar[str] = "change-set.json"

    def prepare(self, file: Path) -> Draft:
        if file.exists():
            self.discard(file)
        with self._client() as client:
            made = self._make(client)
        return Draft(
            summary=f"{_counted(made.changes)} in stack {made.stack}",
            shown=_shown(made.changes),
            world=digest(made.changes),
            commands=(f"aws cloudformation execute-change-set --region {made.region} --change-set-name {made.arn}",),
            artifact=msgspec.json.encode(made),
        )

    def world(self, file: Path) -> str:
        with self._client() as client:
            made = self._make(client)
            client.delete_change_set(ChangeSetName=made.arn)
        return digest(made.changes)

    def apply(self, file: Path, say: Say) -> Outcome:
        kept = read_kept(file, _ChangeSet)
        try:
            with self._client() as client:
                known = set(_events(client, kept.stack))
                client.execute_change_set(ChangeSetName=kept.arn)
                return self._end(client, kept, known, say)
        except RemedyError as error:
            return Outcome(done=False, said=str(error), left=("it may have been executed all the same: scan again",))

    def aftermath(self, file: Path) -> Outcome:
        kept = read_kept(file, _ChangeSet)
        with self._client() as client:
            told = client.describe_change_set(ChangeSetName=kept.arn)
            if told["ExecutionStatus"] in ("AVAILABLE", "UNAVAILABLE"):
                return super().aftermath(file)
            return self._end(client, kept, set(), lambda line: None)

    def discard(self, file: Path) -> None:
        kept = read_kept(file, _ChangeSet)
        with self._client() as client:
            client.delete_change_set(ChangeSetName=kept.arn)

    def _make(self, client: Any) -> _ChangeSet:
        """A new change set, once CloudFormation has worked it out."""
        stack = self._stack()
        parameters = client.describe_stacks(StackName=stack)["Stacks"][0].get("Parameters", [])
        made = client.create_change_set(
            StackName=stack,
            ChangeSetName=f"driftguard-{self.plan.drift_id}-{secrets.token_hex(4)}",
            ChangeSetType="UPDATE",
            UsePreviousTemplate=True,
            DeploymentMode="REVERT_DRIFT",
            Parameters=[{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in parameters],
            Capabilities=list(_CAPABILITIES),
        )
        waited = 0.0
        while (told := client.describe_change_set(ChangeSetName=made["Id"]))["Status"].endswith(
            ("PENDING", "PROGRESS")
        ):
            waited += _PAUSE
            if self.workplace.cancelled.wait(_PAUSE) or waited > _LONGEST:
                raise RemedyError(f"stack {stack}: the change set {made['Id']} is still worked out; delete it later")
        if told["Status"] == "FAILED":
            client.delete_change_set(ChangeSetName=made["Id"])
            reason = str(told.get("StatusReason", ""))
            if any(part in reason for part in _UNCHANGED):
                raise RemedyError(f"CloudFormation would change nothing in stack {stack}: scan again to see why")
            raise RemedyError(f"stack {stack}: no change set can be made: {redact_value(reason)}")
        changes = _all_changes(client, told)
        return _ChangeSet(client.meta.region_name, stack, made["Id"], changes)

    def _end(self, client: Any, kept: _ChangeSet, known: set[str], say: Say) -> Outcome:
        """Tells what happens until the stack rests, and how it rests."""
        cancelled = False
        while True:
            status = client.describe_stacks(StackName=kept.stack)["Stacks"][0]["StackStatus"]
            for identity, line in _events(client, kept.stack).items():
                if identity not in known:
                    known.add(identity)
                    say(line)
            if not status.endswith("_IN_PROGRESS"):
                break
            if self.workplace.cancelled.wait(_PAUSE) and not cancelled:
                cancelled = True
                with suppress(*FAILURES):  # too late to be cancelled
                    client.cancel_update_stack(StackName=kept.stack)
        if status == "UPDATE_COMPLETE":
            return Outcome(done=True, said=f"stack {kept.stack}: {status}")
        return Outcome(
            done=False, said=f"stack {kept.stack}: {status}", left=("see the stack's events, then scan again",)
        )

    def _stack(self) -> str:
        stacks = self.plan.resource.address.split("/")[:-1]
        if len(stacks) != 1:
            address = self.plan.resource.address or self.plan.resource.id
            raise RemedyError(f"{address}: which stack it is in cannot be told; follow the commands of the plan")
        return stacks[0]

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """The client for the resource's account and region. Whatever it refuses is told as a RemedyError."""
        try:
            yield self._reached
        except SourceError as error:
            raise RemedyError(str(error)) from error
        except CancelledError as error:
            raise RemedyError("cancelled") from error
        except FAILURES as error:
            operation = getattr(error, "operation_name", "a call")
            raise RemedyError(f"CloudFormation: {failure(operation, error, f'cloudformation:{operation}')}") from error

    @cached_property
    def _reached(self) -> Any:
        number, _, region = self.plan.resource.scope.partition("/")
        context = self.workplace.context()
        for settings in self.workplace.sources:
            if isinstance(settings, Settings) and not settings.paths:
                account = Account(settings, load_reads("aws", self.workplace.knowledge), context)
                if account.number == number and region in account.regions:
                    return account.client("cloudformation", region)
        raise RemedyError(f"no source of kind cloudformation reaches {number}/{region}; add one without `path`")


def _all_changes(client: Any, told: dict[str, Any]) -> list[Any]:
    changes = list(told["Changes"])
    while token := told.get("NextToken"):
        told = client.describe_change_set(ChangeSetName=told["ChangeSetId"], NextToken=token)
        changes += told["Changes"]
    return [change.get("ResourceChange", change) for change in changes]


def _counted(changes: list[Any]) -> str:
    actions = [str(change.get("Action", "other")).lower() for change in changes]
    replaced = sum(change.get("Replacement") == "True" for change in changes)
    counts = [f"{actions.count(action)} to {action}" for action in dict.fromkeys(actions)]
    return ", ".join(counts) + (f" ({replaced} by a new one)" if replaced else "")


def _shown(changes: list[Any]) -> str:
    text: str = yaml.safe_dump(redact_value(msgspec.to_builtins(changes)), sort_keys=False)
    return text


def _events(client: Any, stack: str) -> dict[str, str]:
    """The newest events of a stack, the oldest first, as lines by their ids."""
    found = client.describe_stack_events(StackName=stack)["StackEvents"]
    return {
        event["EventId"]: " ".join(
            filter(
                None,
                [event["LogicalResourceId"], event["ResourceStatus"], event.get("ResourceStatusReason", "")],
            )
        )
        for event in reversed(found)
    }
