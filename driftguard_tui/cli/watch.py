"""`driftguard watch`: scan again and again, a line for each drift that appears, changes or goes."""

import asyncio
import signal
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, with_options
from driftguard_tui.cli.timeline import length

if TYPE_CHECKING:
    from engine.config import Config
    from engine.model import Report
    from engine.store import Stores
    from engine.watching import News


@click.command("watch")
@with_options
@format_option("table", "ndjson")
@click.option(
    "--every", type=length, default="5m", show_default=True, metavar="TIME", help="Scan as often: 90s, 5m, 1h."
)
def command(options: Options, form: str, every: timedelta) -> None:
    """Keep scanning, and print a line for each drift that appears, changes or goes, until ctrl+c or SIGTERM.

    Besides --every, it scans as soon as a file that a source reads has changed. What is found is recorded, and
    notifications go out, as by `driftguard scan`. The first scan tells what is new since the last recorded one.
    """
    from driftguard_tui.cli.scanning import nothing_to_scan
    from engine.errors import ConfigError
    from engine.store import open_stores

    config = options.load()
    if not config.sources:
        raise ConfigError(nothing_to_scan(config))
    with ExitStack() as stack:
        stores = stack.enter_context(open_stores(options.store_of(config), config.shared_url(), config.encryption))
        asyncio.run(_watch(config, stores, form, every))


async def _watch(config: "Config", stores: "Stores", form: str, every: timedelta) -> None:
    from driftguard_tui.cli.scanning import say, settle, tell
    from engine.notify.telling import Telling
    from engine.watching import watch

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stop.set)
    telling = Telling(config, stores)

    def told(report: "Report", news: "list[News]") -> None:
        nonlocal telling
        for one in news:
            click.echo(_line(one, form), nl=False)
        if stores.ledger.takes_scans:
            settle(config, stores)
        tell(telling, report)
        telling = Telling(config, stores)

    before = stores.timeline.report_at(None, config.name)
    await watch(config, stores, told, every=every, stop=stop, failed=say, before=before)


def _line(news: "News", form: str) -> str:
    from driftguard_tui.formats import as_json, table

    at = datetime.now(UTC)
    if form == "ndjson":
        return as_json.lines([{"at": at, "what": news.what, "drift": news.drift}])
    return f"{at:%Y-%m-%d %H:%M:%S}  {news.what:8}  {'  '.join(filter(None, table.cells(news.drift)))}\n"
