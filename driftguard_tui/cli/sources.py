"""`driftguard sources`: what is read, how it went, and whether it can be read now."""

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.status import FAILED, IN_SYNC


@click.group("sources")
def command() -> None:
    """What is read, and how it goes."""


@command.command("list")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--estate", metavar="NAME", help="Which estate (default: the one that was scanned last).")
def listing(options: Options, form: str, estate: str | None) -> None:
    """Show how the last scan read each source: records, how new they are, and what is wrong."""
    from driftguard_tui.cli.timeline import open_recorded
    from driftguard_tui.formats import as_json, sources
    from engine.errors import StoreError
    from engine.sources import last_scan

    with open_recorded(options) as stores:
        scan = last_scan(stores, estate)
    if scan is None:
        raise StoreError(f"no scan{f' of {estate!r}' if estate else ''} is recorded: run `driftguard scan`")
    click.echo(as_json.listing(scan.sources, form, lambda: sources.table(scan, paper())), nl=False)


@command.command("show")
@click.argument("name")
@with_options
@format_option("table", "json")
@click.option("--estate", metavar="NAME", help="Which estate (default: the one that was scanned last).")
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="How many readings.")
def show(name: str, options: Options, form: str, estate: str | None, most: int) -> None:
    """Show how a source is set up, and how its last readings went."""
    from driftguard_tui.cli.timeline import open_recorded
    from driftguard_tui.formats import as_json, sources
    from engine.checking import suggest
    from engine.errors import ConfigError
    from engine.sources import last_scan, readings, settings_of

    with open_recorded(options) as stores:
        scan = last_scan(stores, estate)
        found = readings(stores, scan.estate, most) if scan else {}
    settings = {source.name: settings_of(source) for source in options.load().sources}
    if name not in found:
        raise ConfigError(f"no source {name!r} was read{suggest(name, found) if found else '; run `driftguard scan`'}")
    given = settings.get(name, {})
    if form == "json":
        click.echo(as_json.document({"settings": given, "readings": found[name]}))
    else:
        click.echo(sources.story(given, found[name], paper()), nl=False)


@command.command("check")
@click.argument("names", nargs=-1)
@with_options
@format_option("table", "json", "ndjson")
@click.option("--timeout", type=click.FloatRange(0.1), default=60, show_default=True, help="Seconds for each.")
def check(names: tuple[str, ...], options: Options, form: str, timeout: float) -> int:
    """Try sources now, by themselves: as whom they are read, what may be read, what is lacking.

    Without names, all of them. Exits with 1 if one cannot be read.
    """
    from driftguard_tui.formats import as_json, verdicts
    from engine.checking import suggest
    from engine.doctor import Verdict, examine_within
    from engine.errors import ConfigError

    config = options.load()
    known = {source.name: source for source in config.sources}
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise ConfigError(f"there is no source {unknown!r}{suggest(unknown, known)}")
    shown, findings = paper(), []
    for name in names or known:
        findings.append(examine_within(known[name], config, timeout))
        if form == "table":
            click.echo("\n".join(verdicts.lines(findings[-1], shown)))
    if form != "table":
        click.echo(as_json.listing(findings, form, str), nl=False)
    return FAILED if any(finding.verdict is Verdict.BROKEN for finding in findings) else IN_SYNC
