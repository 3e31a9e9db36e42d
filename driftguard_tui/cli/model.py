"""`driftguard model`: the models that tell causes."""

from typing import TYPE_CHECKING

import click

from driftguard_tui.cli import learning
from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.tracking import tell_mlflow

if TYPE_CHECKING:
    from pathlib import Path

    from engine.store.ledger import Ledger


@click.group("model")
def command() -> None:
    """The models that tell causes: which there are, how they do, which is in use."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
def list_(options: Options, form: str) -> None:
    """List the models, and how the one in use does on what people confirm."""
    from contextlib import closing

    from driftguard_tui.formats import as_json, models
    from engine.learning.standing import overview

    folder, ledger = _open(options)
    with closing(ledger):
        found = overview(folder, ledger)
    if form == "json":
        click.echo(as_json.document(found))
    else:
        click.echo(as_json.listing(found.models, form, lambda: models.render_overview(found, paper())), nl=False)


@command.command("promote")
@click.argument("label", metavar="MODEL")
@with_options
@click.option(
    "--reason", default="", metavar="TEXT", help="Promote it whatever speaks against it; kept in the audit log."
)
def promote(label: str, options: Options, reason: str) -> None:
    """Put a registered model into use, if it is shown to be no worse than the one in use.

    MODEL is its name@version or version. The two are compared on the evaluation that comes with DriftGuard and on
    confirmed drifts that no model has learned from.
    """
    from contextlib import closing

    from driftguard_tui.formats import models
    from engine.learning import registry
    from engine.learning.gate import challenge

    folder, ledger = _open(options)
    with closing(ledger):
        record = registry.find(ledger, label)
        verdict = challenge(folder, ledger, record)
        click.echo(models.render_verdict(verdict), err=True, nl=False)
        registry.promote(ledger, record, by=ledger.person, verdict=verdict, reason=reason)
    tell_mlflow(options, lambda mlflow: mlflow.put_in_use(record))
    click.echo(f"{record.label} is in use from the next scan on")


@command.command("rollback")
@with_options
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit log.")
def rollback(options: Options, reason: str) -> None:
    """Take the model in use out of it: the one before it is in use again, in the end the shipped one."""
    from contextlib import closing

    from engine.learning import registry

    _, ledger = _open(options)
    with closing(ledger):
        now = registry.rollback(ledger, by=ledger.person, reason=reason)
    tell_mlflow(options, lambda mlflow: mlflow.put_in_use(now))
    click.echo(f"{now.label if now else 'the model that comes with DriftGuard'} is in use from the next scan on")


command.add_command(learning.train)
command.add_command(learning.evaluate)


def _open(options: Options) -> "tuple[Path, Ledger]":
    """The store's folder and its ledger, which is made if there is none yet."""
    from engine.store.ledger import Ledger

    folder = options.find_store()
    return folder, Ledger.open(folder)
