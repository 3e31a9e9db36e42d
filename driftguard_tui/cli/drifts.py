"""`driftguard drifts`: what the ledger holds, and what people say of it."""

from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options

if TYPE_CHECKING:
    from engine.store.ledger import Ledger

_CAUSES = (
    "emergency_fix", "manual_troubleshooting", "automated_process", "incomplete_rollout", "unauthorized_change",
)  # fmt: skip


@click.group("drifts")
def command() -> None:
    """The drifts that scans have recorded, and what people say of them."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--status", type=click.Choice(["open", "resolved", "all"]), default="open", show_default=True)
@click.option("--level", type=click.Choice(["low", "medium", "high", "critical"]), help="Only of this severity.")
@click.option("--kind", type=click.Choice(["modified", "missing", "unmanaged"]), help="Only of this kind.")
@click.option("--cause", type=click.Choice(_CAUSES), help="Only of this cause.")
def list_(options: Options, form: str, status: str, level: str | None, kind: str | None, cause: str | None) -> None:
    """List the recorded drifts, the gravest first."""
    from contextlib import closing

    from driftguard_tui.formats import as_json, ledger
    from engine.model import Category, DriftKind, Level
    from engine.store.records import DriftStatus

    with closing(open_ledger(options)) as opened:
        records = opened.drifts(
            None if status == "all" else DriftStatus(status),
            Level(level) if level else None,
            category=Category(cause) if cause else None,
            kind=DriftKind(kind) if kind else None,
        )
    click.echo(as_json.listing(records, form, lambda: ledger.render_records(records, paper())), nl=False)


@command.command("show")
@click.argument("drift_id", metavar="ID")
@with_options
@format_option("table", "json")
def show(drift_id: str, options: Options, form: str) -> None:
    """Show one drift in full. The first few characters of its ID will do."""
    from contextlib import closing

    from driftguard_tui.formats import as_json, detail

    with closing(open_ledger(options)) as opened:
        drift = opened.drift(drift_id)
        word = next((given for given in opened.feedback() if given.drift_id == drift.id), None)
    click.echo(as_json.document(drift) if form == "json" else detail.render_drift(drift, paper(), word).rstrip("\n"))


@command.command("confirm")
@click.argument("drift_id", metavar="ID")
@with_options
@click.option("--cause", type=click.Choice(_CAUSES), help="What it was, where the named cause is wrong.")
@click.option("--comment", default="", metavar="TEXT", help="How you know; kept in the audit log.")
def confirm(drift_id: str, options: Options, cause: str | None, comment: str) -> None:
    """Confirm the named cause of a drift, or say which it was.

    What people confirm becomes the estate's prior for its next drifts, and what new models are trained on and held
    against. A later word on the same drift takes the place of this one.
    """
    from contextlib import closing

    from driftguard_tui.formats import feedback
    from engine.model import Category

    with closing(open_ledger(options)) as opened:
        given = opened.confirm(drift_id, by=opened.person, category=Category(cause) if cause else None, comment=comment)
        known = opened.feedback(given.estate)
    click.echo(feedback.render_confirmed(given, known), nl=False)


def open_ledger(options: Options) -> "Ledger":
    """The ledger alone, shared or not, which may be read while a console has the timeline open."""
    from engine.errors import StoreError
    from engine.store.files import LEDGER

    if url := options.shared_url():
        from engine.store.ledger import Ledger

        return Ledger.open(url)
    folder = options.find_store()
    if not (folder / LEDGER).is_file():
        raise StoreError(f"no scan is recorded in {folder}: run `driftguard scan`, or name another store with --store")
    from engine.store.ledger import Ledger

    return Ledger.open(folder)
