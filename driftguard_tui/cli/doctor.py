"""`driftguard doctor`."""

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.status import FAILED, IN_SYNC


@click.command("doctor")
@with_options
@format_option("table", "json", "ndjson")
def command(options: Options, form: str) -> int:
    """Say what works and what does not, source by source.

    Recorded sources are read, live ones are asked who is calling and what that may read. Exits with 1 if something is
    broken.
    """
    from driftguard_tui.formats import as_json, verdicts
    from engine.doctor import Verdict, examine

    shown = paper()
    findings = []
    area = ""
    for finding in examine(options.config, options.store):
        findings.append(finding)
        if form == "ndjson":
            click.echo(as_json.lines([finding]), nl=False)
        elif form == "table":
            if finding.area != area:
                click.echo(("\n" if area else "") + shown.paint(finding.area.title(), "strong"))
                area = finding.area
            click.echo("\n".join(verdicts.lines(finding, shown)))
    if form == "json":
        click.echo(as_json.document(findings))
    return FAILED if any(finding.verdict is Verdict.BROKEN for finding in findings) else IN_SYNC
