"""`driftguard notifications`: what people were told, and whether they can be."""

from contextlib import closing

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.status import FAILED
from engine.errors import ConfigError


@click.group("notifications")
def command() -> None:
    """What is told to people outside of the console: the targets are the tables [[notify]] of the configuration."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--status", type=click.Choice(("pending", "sent", "failed", "all")), default="all", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="So many at most.")
def list_(options: Options, form: str, status: str, limit: int) -> None:
    """List what there was to tell, the newest first, and why it could not be told."""
    from driftguard_tui.cli.drifts import open_ledger
    from driftguard_tui.formats import as_json, notifications
    from engine.store.records import NotificationStatus

    with closing(open_ledger(options)) as ledger, ledger.outbox() as outbox:
        known = outbox.newest(status=None if status == "all" else NotificationStatus(status), limit=limit)
    click.echo(as_json.listing(known, form, lambda: notifications.render(known, paper())), nl=False)


@command.command("test")
@with_options
@click.option("--target", metavar="NAME", help="Only this one.")
def test(options: Options, target: str | None) -> int:
    """Send every target a message that says that this is a test. Exits with 1 when one could not be told."""
    from driftguard_tui.formats import notifications
    from engine.checking import suggest
    from engine.notify.delivery import trial

    config = options.load()
    if not config.notify:
        raise ConfigError("nobody is to be told of anything: add a [[notify]] with a name and a url to driftguard.toml")
    chosen = [known for known in config.notify if target in (None, known.name)]
    if not chosen:
        known = [each.name for each in config.notify]
        raise ConfigError(f'there is no [[notify]] named "{target}"{suggest(str(target), known)}')
    outcomes = {each.name: trial(each, config.name) for each in chosen}
    click.echo(notifications.render_trial(outcomes, paper()), nl=False)
    return FAILED if any(outcomes.values()) else 0
