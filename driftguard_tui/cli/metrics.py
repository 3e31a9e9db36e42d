"""`driftguard metrics`: what is unusual in a series of measurements."""

import sys
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import format_option, paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.collectors.series_csv import Row


@click.group("metrics")
def command() -> None:
    """Series of measurements."""


@command.command("anomalies")
@click.argument("file", metavar="FILE.csv")
@format_option("table", "json", "ndjson")
@click.option("--all", "every", is_flag=True, help="In the table every row, the anomalies marked.")
def anomalies(file: str, form: str, every: bool) -> None:
    """Score each row of a table with the columns `timestamp` and `value`; FILE.csv may be compressed, or - for input.

    A score in [0, 1] says how much of news a value is after all those before it: from 0.5 on it is an anomaly, and
    what only goes on is none. What is missing scores 0.
    """
    from driftguard_tui.formats import anomalies as table
    from driftguard_tui.formats import as_json
    from engine.collectors.series_csv import read_rows

    name, raw = _read(file)
    rows = list(read_rows(raw, name))
    _complain(name, rows)
    scored = table.scored(rows)
    if form == "json":
        click.echo(as_json.document({"scores": [one.score for one in scored]}))
    else:
        click.echo(as_json.listing(scored, form, lambda: table.render(scored, every, paper())), nl=False)


def _read(file: str) -> tuple[str, bytes]:
    """The name for sentences, and the content."""
    from engine.errors import SourceError

    if file == "-":
        return "standard input", sys.stdin.buffer.read()
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - a name such as /dev/fd/63 is no path to tidy
            return file, opened.read()
    except OSError as error:
        raise SourceError(f"{file}: {error.strerror or 'cannot be read'}; name a CSV file, or - for input") from error


def _complain(name: str, rows: "Sequence[Row]") -> None:
    """Says what could not be read: of many the first, and how many there are."""
    from driftguard_tui.labels import count

    bad = [row for row in rows if row.problem]
    if bad:
        others = (
            f", and {count(len(bad) - 1, 'more row')} cannot be read; they score 0" if len(bad) > 1 else "; it scores 0"
        )
        click.echo(f"driftguard: {name}: line {bad[0].number} {bad[0].problem}{others}", err=True)
