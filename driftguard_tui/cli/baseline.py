"""`driftguard baseline`: the accepted values of what nobody declared."""

from pathlib import Path

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options


@click.group("baseline")
def command() -> None:
    """What nobody declared, accepted as it is: a later move of it is drift."""


@command.command("accept")
@click.argument("patterns", nargs=-1, metavar="[TYPE.ID]...")
@with_options
@click.option("--bundle", type=click.Path(path_type=Path), metavar="DIR", help="Accept what a bundle recorded.")
@click.option("--estate", metavar="NAME", help="The estate it is the baseline of, where the input does not say.")
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept in the audit log.")
def accept(patterns: tuple[str, ...], options: Options, bundle: Path | None, estate: str | None, reason: str) -> int:
    """Read every source and accept what is live and undeclared.

    That is: the values of properties about which a declaration is silent, and whole resources that nobody declares.
    With patterns (as in .driftignore) only of the resources that match, else the new baseline replaces the old one.
    """
    from msgspec import structs

    from driftguard_tui import labels
    from driftguard_tui.cli.progress import ProgressLine
    from engine.accepting import accept
    from engine.pipeline import Progress
    from engine.store import open_stores

    config = options.load_or_bundle(bundle)
    config = structs.replace(config, name=estate) if estate else config
    opened = open_stores(options.store_of(config), config.shared_url(), config.encryption)
    with opened as stores, ProgressLine(config) as progress:
        done = accept(
            config,
            stores,
            by=stores.ledger.person,
            reason=reason,
            only=patterns,
            tell=lambda source, records, over: progress(Progress("collect", source, records, over)),
        )
    click.echo(
        f"accepted {labels.count(done.values, 'value')} of {labels.count(done.declared + done.unmanaged, 'resource')}"
        f" of {config.name}, {done.unmanaged:,} of which nobody declares"
    )
    if done.incomplete:
        names = ", ".join(done.incomplete)
        click.echo(f"driftguard: {names} could not be read: what was accepted of it before still holds", err=True)
    return 0


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--bundle", type=click.Path(path_type=Path), metavar="DIR", help="Of the estate of a bundle.")
@click.option("--estate", metavar="NAME", help="Of this estate.")
def list_(options: Options, form: str, bundle: Path | None, estate: str | None) -> None:
    """List the accepted values."""
    from contextlib import closing

    from driftguard_tui.cli.drifts import open_ledger
    from driftguard_tui.formats import as_json, baseline

    name = estate or options.load_or_bundle(bundle).name
    with closing(open_ledger(options)) as ledger:
        accepted = ledger.baseline(name)
    click.echo(as_json.listing(accepted, form, lambda: baseline.render_accepted(accepted, paper())), nl=False)
