"""`driftguard db`: the shared database, and who may do what in it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Command, Options, format_option, paper, with_options
from driftguard_tui.cli.rekeying import rekey

if TYPE_CHECKING:
    from engine.secrets import Secret


@click.group("db")
def command() -> None:
    """The shared Postgres: set it up, bring it up to date, and say who may do what.

    People log in to it as themselves. What they may do is held by the database, whatever program they use.
    """


def _with_url(command: Command) -> Command:
    return click.option(
        "--url",
        "reference",
        metavar="REFERENCE",
        help="Where its URL is (keyring:…, env:…), when it is not the one of store.shared: as for an administrator.",
    )(with_options(command))


@command.command("init")
@_with_url
def init(options: Options, reference: str | None) -> None:
    """Make the roles, the tables and the rules; what is there already stays.

    As somebody who may create roles on the server, and a schema in the database.
    """
    from driftguard_tui.formats import shared
    from engine.store.shared import administer

    url = _url(options, reference)
    administer.initialise(url)
    click.echo(shared.render_status(administer.status(url), paper()), nl=False)


@command.command("upgrade")
@_with_url
@click.option("--keep-days", type=click.IntRange(min=31), metavar="N", help="Forget older history of drifts.")
def upgrade(options: Options, reference: str | None, keep_days: int | None) -> None:
    """Bring the tables and the rules up to date, as the administrator of the database.

    Drifts, requests and the audit log are kept for good; the history of when each drift appeared, changed and went can
    be limited, by whole months.
    """
    from driftguard_tui.formats import shared
    from engine.store.shared import administer

    url = _url(options, reference)
    administer.upgrade(url, keep=timedelta(days=keep_days) if keep_days else None)
    click.echo(shared.render_status(administer.status(url), paper()), nl=False)


@command.command("grant")
@click.argument("person")
@click.argument("role", type=click.Choice(["view", "edit", "admin"]))
@_with_url
def grant(person: str, role: str, options: Options, reference: str | None) -> None:
    """Give a person a role, in place of the one they had; nobody can give themselves one.

    PERSON is their login on the server. An administrator of the server makes it with this, without a password.
    """
    from driftguard_tui.text import plain
    from engine.model import Role
    from engine.store.shared import administer

    made = administer.grant(_url(options, reference), person, Role(role))
    click.echo(f"{plain(person)} has the role {role}")
    if made:
        click.echo("Their login was made without a password: set one, or say on the server how they log in", err=True)


@command.command("revoke")
@click.argument("person")
@_with_url
def revoke(person: str, options: Options, reference: str | None) -> None:
    """Take a person's role away. What they did stays in the audit log, and their login on the server."""
    from driftguard_tui.text import plain
    from engine.store.shared import administer

    administer.revoke(_url(options, reference), person)
    click.echo(f"{plain(person)} has no role any more")


@command.command("policy")
@click.argument("level", type=click.Choice(["critical", "high", "medium", "low"]))
@_with_url
@click.option("--approvals", type=click.IntRange(min=1), required=True, help="How many have to approve.")
@click.option("--executes", type=click.Choice(["edit", "admin"]), default="admin", show_default=True)
@click.option("--break-glass", is_flag=True, help="An admin may do without approvals, with a reason and an alarm.")
def policy(
    level: str, options: Options, reference: str | None, approvals: int, executes: str, break_glass: bool
) -> None:
    """Say what the database insists on for requests about drifts of a severity.

    Policies of an estate can ask for more, never for less. It is in the audit log who set it.
    """
    from engine.model import Level, Role
    from engine.store.shared import administer

    administer.set_policy(
        _url(options, reference), administer.Policy(Level(level), approvals, Role(executes), break_glass)
    )
    click.echo(f"requests about {level} drifts need {approvals} of those who approve")


@command.command("status")
@_with_url
@format_option("table", "json")
def status(options: Options, form: str, reference: str | None) -> None:
    """Say how the shared database stands, who may do what, and whom no rule binds."""
    from driftguard_tui.formats import as_json, shared
    from engine.store.shared import administer

    found = administer.status(_url(options, reference))
    text = as_json.document(found) if form == "json" else shared.render_status(found, paper()).rstrip("\n")
    click.echo(text)


command.add_command(rekey)


def _url(options: Options, reference: str | None) -> "Secret":
    from engine.errors import ConfigError
    from engine.secrets import resolve

    shared = reference or options.load().shared
    if shared is None:
        raise ConfigError(
            "no shared database is configured: keep its URL as a secret and name that in store.shared, or with --url"
        )
    return resolve(shared)
