"""`driftguard audit`: who did what, and whether anybody changed the record of it."""

from contextlib import closing
from datetime import datetime

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from driftguard_tui.cli.status import FAILED


@click.group("audit")
def command() -> None:
    """The audit log: every decision and every change of a setting, each entry chained to the one before it."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--who", default="", metavar="TEXT", help="Only by people with this in their name.")
@click.option("--what", default="", metavar="TEXT", help="Only such acts: `request`, `request.approve`, `model` …")
@click.option("--subject", default="", metavar="TEXT", help="Only about this: the id of a request, a drift, a model …")
@click.option("--since", callback=lambda _ctx, _param, text: text and moment(text), metavar="TIME")
@click.option("--until", callback=lambda _ctx, _param, text: text and moment(text), metavar="TIME")
@click.option("--limit", type=click.IntRange(min=1), default=500, show_default=True, help="So many at most.")
def list_(
    options: Options,
    form: str,
    who: str,
    what: str,
    subject: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> None:
    """List the entries, the newest first."""
    from driftguard_tui.cli.drifts import open_ledger
    from driftguard_tui.formats import as_json, audit
    from engine.workflow.audit import AuditFilter

    with closing(open_ledger(options)) as ledger:
        entries = ledger.newest_audit(AuditFilter(who, what, subject, since, until), limit=limit)
    click.echo(as_json.listing(entries, form, lambda: audit.render_entries(entries, paper())), nl=False)


@command.command("verify")
@with_options
@format_option("table", "json")
@click.option("--head", default="", metavar="HASH", help="A head noted earlier, which must still be in the chain.")
def verify(options: Options, form: str, head: str) -> int:
    """Check that every entry is there, in its place and as it was written. Exits with 1 when the chain breaks.

    Whoever can write the file can cut off its newest entries unseen: note the head elsewhere, and give it here later.
    """
    from driftguard_tui.cli.drifts import open_ledger
    from driftguard_tui.formats import as_json, audit

    with closing(open_ledger(options)) as ledger:
        verdict = ledger.verify_audit(head)
    click.echo(as_json.document(verdict) if form == "json" else audit.render_verdict(verdict, paper()).rstrip("\n"))
    return 0 if verdict.intact else FAILED


@command.command("export")
@with_options
@click.option("--mask", is_flag=True, help="Replace people by tokens that stay the same from export to export.")
def export(options: Options, mask: bool) -> None:
    """Print the whole log, oldest entry first, as JSON lines.

    Masked entries have no hashes, since by these a guess at a name could be checked; their numbers find the entries.
    """
    from driftguard_tui.cli.drifts import open_ledger
    from driftguard_tui.formats import as_json
    from engine.workflow.audit import entries_of

    with closing(open_ledger(options)) as ledger:
        click.echo(as_json.lines(entries_of(ledger, mask=mask)), nl=False)
