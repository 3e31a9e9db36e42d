"""`driftguard requests`: what is asked for, and what is decided on it."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options

if TYPE_CHECKING:
    from engine.model import ChangeRequest
    from engine.workflow.local import Workflow
    from engine.workflow.requests import Requests

_STATUSES = (
    "open", "draft", "requested", "approved", "executing", "verified", "failed", "rejected", "expired", "withdrawn",
    "closed", "all",
)  # fmt: skip
_COMMENT = click.option("--comment", default="", metavar="TEXT", help="Why; kept with the decision.")


@click.group("requests")
def command() -> None:
    """Change requests: a recommendation on its way from who asks for it to its verified end.

    Who may edit requests a change, an admin decides, and what is approved is carried out exactly as it was shown. In a
    store of one's own one person holds all roles, and each decision says so. Every step is in the audit log.
    """


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--status", type=click.Choice(_STATUSES), default="open", show_default=True)
@click.option("--estate", metavar="NAME", help="Only of this estate.")
def list_(options: Options, form: str, status: str, estate: str | None) -> None:
    """List the change requests, the newest first; without --status those that are not over."""
    from driftguard_tui.formats import as_json, requests
    from engine.model import RequestStatus

    one = RequestStatus(status) if status not in ("open", "all") else None
    with _workflow(options) as workflow:
        known = workflow.requests.all(status=one, estate=estate)
    shown = [request for request in known if status != "open" or request.is_open]
    click.echo(as_json.listing(shown, form, lambda: requests.render_requests(shown, paper())), nl=False)


@command.command("show")
@click.argument("request_id", metavar="ID")
@with_options
@format_option("table", "json")
def show(request_id: str, options: Options, form: str) -> None:
    """Show one request in full, with its plan. The first few characters of its ID will do."""
    from driftguard_tui.formats import as_json, requests

    with _workflow(options) as workflow:
        request = workflow.requests.find(request_id)
    text = as_json.document(request) if form == "json" else requests.render_request(request, paper()).rstrip("\n")
    click.echo(text)


@command.command("create")
@click.argument("drift_id", metavar="DRIFT")
@with_options
@click.option("--recommendation", default="", metavar="ID", help="What to ask for, where it is not the best one.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is to be done.")
@click.option("--days", type=click.IntRange(1, 365), help="Until it expires undecided; else as its policy says.")
@click.option("--by-hand", is_flag=True, help="People carry it out: have no tool prepare what it would do.")
@click.option("--draft", is_flag=True, help="Do not ask for it yet: `driftguard requests submit` does.")
def create(
    drift_id: str, options: Options, recommendation: str, reason: str, days: int | None, by_hand: bool, draft: bool
) -> None:
    """Ask for what is recommended for a drift, with what exactly a tool would do where one can."""
    from datetime import timedelta

    from driftguard_tui.formats import requests

    holds = timedelta(days=days) if days else None
    with _workflow(options) as workflow:
        if by_hand:
            request = workflow.requests.create(
                drift_id, recommendation_id=recommendation, reason=reason, holds=holds, draft=draft
            )
        else:
            request = workflow.ask(
                drift_id, recommendation_id=recommendation, reason=reason, holds=holds, draft=draft, say=_say
            )
    click.echo(requests.render_request(request, paper()), nl=False)


@command.command("submit")
@click.argument("request_id", metavar="ID")
@with_options
def submit(request_id: str, options: Options) -> None:
    """Ask for what was a draft."""
    _tell(
        options, lambda service: service.submit(request_id, plan_hash=service.find(request_id).plan_hash), "requested"
    )


@command.command("approve")
@click.argument("request_id", metavar="ID")
@with_options
@_COMMENT
@click.option("--plan", "plan_hash", default="", metavar="HASH", help="Only if the plan's hash begins so.")
def approve(request_id: str, options: Options, comment: str, plan_hash: str) -> None:
    """Approve the plan of a request. It is refused when the drift or its plan has changed since it was requested."""
    from engine.errors import WorkflowError

    def step(service: "Requests") -> "ChangeRequest":
        seen = service.find(request_id)
        if not seen.plan_hash.startswith(plan_hash):
            raise WorkflowError(f"the plan of request {seen.id} has the hash {seen.plan_hash}, not {plan_hash}")
        return service.approve(seen.id, plan_hash=seen.plan_hash, comment=comment)

    _tell(options, step, "approved")


@command.command("reject")
@click.argument("request_id", metavar="ID")
@with_options
@_COMMENT
def reject(request_id: str, options: Options, comment: str) -> None:
    """Reject a request."""
    _tell(options, lambda service: service.reject(request_id, comment=comment), "rejected")


@command.command("withdraw")
@click.argument("request_id", metavar="ID")
@with_options
@_COMMENT
def withdraw(request_id: str, options: Options, comment: str) -> None:
    """Take a request back, one that was approved as well."""
    _tell(options, lambda service: service.withdraw(request_id, comment=comment), "withdrawn")


@command.command("execute")
@click.argument("request_id", metavar="ID")
@with_options
@click.option("--yes", is_flag=True, help="Do not ask before it is done.")
@click.option(
    "--break-glass", "reason", default="", metavar="REASON",
    help="In an emergency: pass over missing approvals or a freeze, where the policy lets you. Others are told.",
)  # fmt: skip
def execute(request_id: str, options: Options, yes: bool, reason: str) -> int:
    """Carry out exactly what was approved, and scan to see what came of it. Exits with 1 when the drift is there still.

    It is refused when the resource or its code has changed since it was prepared. One that was interrupted is not
    carried out again: what became of it is found out and verified.
    """
    from driftguard_tui.cli import executing

    return executing.execute(options, request_id, reason=reason, asks=not yes)


@command.command("close")
@click.argument("request_id", metavar="ID")
@with_options
@_COMMENT
def close(request_id: str, options: Options, comment: str) -> None:
    """Take note of how a request ended, so that nothing of it is left to see to."""
    _tell(options, lambda service: service.close(request_id, comment=comment), "closed")


@command.command("assign")
@click.argument("request_id", metavar="ID")
@click.argument("person", metavar="PERSON")
@with_options
def assign(request_id: str, person: str, options: Options) -> None:
    """Say who is to see to a request."""
    _tell(options, lambda service: service.assign(request_id, person), f"assigned to {person}")


@command.command("comment")
@click.argument("request_id", metavar="ID")
@click.argument("text", metavar="TEXT")
@with_options
def comment(request_id: str, text: str, options: Options) -> None:
    """Add a remark to a request."""
    _tell(options, lambda service: service.comment(request_id, text), "commented on")


def _tell(options: Options, step: "Callable[[Requests], ChangeRequest]", done: str) -> None:
    """Takes a step and says what was done."""
    from driftguard_tui.formats import requests

    with _workflow(options) as workflow:
        click.echo(requests.render_step(step(workflow.requests), done), nl=False)


@contextmanager
def _workflow(options: Options) -> "Iterator[Workflow]":
    """The requests of the store, for the person at the terminal."""
    from driftguard_tui.cli.drifts import open_ledger
    from engine.workflow.local import Workflow

    config = options.load()
    with closing(open_ledger(options)) as ledger:
        yield Workflow(config, ledger, options.store_of(config))


def _say(sentence: str) -> None:
    click.echo(f"driftguard: {sentence}", err=True)
