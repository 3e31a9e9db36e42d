"""`driftguard timeline`: what happened, as of any time."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from engine.model.event import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.model import Drift
    from engine.store import Stores
    from engine.store.stretches import Wanted

_KINDS = ("api_call", "commit", "incident", "alert", "deploy", "metric", "audit")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def length(text: str) -> timedelta:
    """A length of time: `90s`, `15m`, `2h`, `1d`."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not (number.isascii() and number.isdigit()):
        raise click.BadParameter(f"{text!r} is no length of time; write it as 90s, 15m, 2h or 1d")
    return timedelta(**{_UNITS[unit]: int(number)})


@click.command("timeline")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--around", metavar="DRIFT", help="The moment a drift came about; the start of its ID will do.")
@click.option("--within", type=length, default="2h", show_default=True, metavar="TIME", help="How far around it.")
@click.option("--from", "start", type=moment, metavar="TIME", help="Or: from this time …")
@click.option("--to", "end", type=moment, metavar="TIME", help="… to this one (default: now).")
@click.option("--as-of", type=moment, metavar="TIME", help="As it was known then: without what came later.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only of this source; may be repeated.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only of this kind; may be repeated.")
@click.option("--scope", metavar="SCOPE", help="Only of this account, region, project, subscription or cluster.")
@click.option("--touching", multiple=True, metavar="NAME", help="Only what touches this id, ARN, name or address.")
@click.option("--reads", is_flag=True, help="Calls that only read as well.")
@click.option(
    "--by", type=click.Choice(FIELDS), help="Drawn in lanes by this field, as the console does, instead of listed."
)
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=500, show_default=True, help="At most so many events."
)
def command(
    options: Options,
    form: str,
    around: str | None,
    within: timedelta,
    start: datetime | None,
    end: datetime | None,
    as_of: datetime | None,
    sources: tuple[str, ...],
    kinds: tuple[str, ...],
    scope: str | None,
    touching: tuple[str, ...],
    reads: bool,
    by: str | None,
    limit: int,
) -> None:
    """Show what happened around a drift, or between two times: calls, commits, tickets, alerts, changes of resources.

    What bears on the drift is marked. `ndjson` has an event a line, then the changes of resources. With `--by` as much
    as you like is told: how much happened when, of `json` each column with its count.
    """
    from driftguard_tui.formats import as_json, timeline

    if (around is None) == (start is None):
        raise click.UsageError("give --around DRIFT, or --from TIME (and --to)")
    with open_recorded(options) as stores:
        drift = stores.ledger.drift(around) if around else None
        first, last = _span(drift, within, start, end)
        if by is not None:
            wanted = _wanted(stores, {"source": sources, "kind": kinds}, scope, touching, reads)
            click.echo(_drawn(stores, form, by, wanted, drift, (first, last), as_of), nl=False)
            return
        window = stores.timeline.window(
            first,
            last,
            as_of=as_of,
            sources=sources or None,
            kinds=kinds or None,
            scope=scope,
            touching=touching or None,
            only_writes=not reads,
            limit=limit,
        )
    if form == "ndjson":
        click.echo(as_json.lines([*window.events, *window.changes]), nl=False)
    elif form == "json":
        head = {"from": first, "to": last, "as_of": as_of, "drift": drift.id if drift else None}
        click.echo(as_json.document({**head, "events": window.events, "changes": window.changes, "more": window.more}))
    else:
        click.echo(timeline.render(window, drift, (first, last), paper()), nl=False)


def _wanted(
    stores: "Stores",
    among: "Mapping[str, Sequence[str]]",
    scope: str | None,
    touching: "Sequence[str]",
    reads: bool,
) -> "Wanted":
    from engine.store.stretches import Wanted

    wanted = Wanted(touching=tuple(touching), only_writes=not reads)
    for field, values in among.items():
        wanted = wanted.of(field, *values) if values else wanted
    if scope is None:
        return wanted
    known = stores.timeline.names()["scope"]
    return wanted.of("scope", *(name for name in known if f"{name}/".startswith(f"{scope}/") or name in ("", scope)))


def _drawn(
    stores: "Stores",
    form: str,
    by: str,
    wanted: "Wanted",
    drift: "Drift | None",
    span: tuple[datetime, datetime],
    as_of: datetime | None,
) -> str:
    from driftguard_tui.formats import as_json, lanes
    from driftguard_tui.timeline import queries
    from driftguard_tui.timeline.lanes import lane_names, names_around
    from driftguard_tui.timeline.loading import Question

    scale = lanes.scale_for(*span, paper())
    question = Question(scale, by, lane_names(by, stores.timeline.names(), wanted), wanted)
    stretch = queries.stretch(question)(stores)
    if form != "table":
        document = lanes.document(stretch, by)
        return as_json.lines([document]) if form == "ndjson" else as_json.document(document)
    report = stores.timeline.report_at(as_of)
    metric = queries.measured(scale, "", names_around(drift) if drift else ())(stores).metric
    drifts = report.drifts if report else ()
    return lanes.render(stretch, scale, by=by, drifts=drifts, chosen=drift, as_of=as_of, metric=metric, paper=paper())


def _span(
    drift: "Drift | None", within: timedelta, start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime]:
    if drift is not None:
        middle = drift.changed_at or drift.detected_at
        return middle - within, middle + within
    first, last = start or datetime.now(UTC), end or datetime.now(UTC)
    if last < first:
        raise click.UsageError("--to is before --from")
    return first, last


def open_recorded(options: Options) -> "Stores":
    """The stores of earlier scans. Raises StoreError where there are none."""
    from engine.errors import StoreError
    from engine.store import open_stores
    from engine.store.files import TIMELINE

    folder = options.find_store()
    if not (folder / TIMELINE).is_file():
        raise StoreError(f"no scan is recorded in {folder}: run `driftguard scan`, or name another store with --store")
    return open_stores(folder, options.shared_url())
