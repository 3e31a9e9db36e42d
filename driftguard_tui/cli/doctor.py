"""`driftguard doctor`."""

from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, paper, with_options
from driftguard_tui.cli.status import FAILED, IN_SYNC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.collectors.base import Access

#: Things that may be read that are named, so that the line stays one.
_SHOWN = 8
_SIGNS = {"ok": ("✓", "good"), "note": ("◐", "medium"), "broken": ("✗", "bad")}


@click.command("doctor")
@with_options
@format_option("table", "json", "ndjson")
def command(options: Options, form: str) -> int:
    """Say what works and what does not, source by source.

    Recorded sources are read, live ones are asked who is calling and what that may read. Exits with 1 if something is
    broken.
    """
    from driftguard_tui.formats import as_json
    from driftguard_tui.text import plain
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
            sign, tone = _SIGNS[finding.verdict.value]
            click.echo(f"  {shown.paint(sign, tone)} {plain(finding.name)}: {plain(finding.detail)}")
            for line in _lines(finding.access):
                click.echo(f"      {plain(line)}")
    if form == "json":
        click.echo(as_json.document(findings))
    return FAILED if any(finding.verdict is Verdict.BROKEN for finding in findings) else IN_SYNC


def _lines(access: "Access | None") -> "Iterator[str]":
    """What may be read, in a line, and a line for each thing that may not, with what it takes."""
    if access is None:
        return
    if access.may:
        rest = f" and {len(access.may) - _SHOWN} more" if len(access.may) > _SHOWN else ""
        yield f"may read {'; '.join(access.may[:_SHOWN])}{rest}"
    for lack in access.lacks:
        yield f"cannot read {lack.what}: needs {lack.needs}"
