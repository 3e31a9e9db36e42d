"""`driftguard estate`: what there is, as a tree."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from driftguard_tui.cli.timeline import open_recorded

if TYPE_CHECKING:
    from engine.inventory import Inventory, Node, Path
    from engine.store import Stores


@click.command("estate")
@with_options
@format_option("table", "json", "ndjson")
@click.option("--estate", metavar="NAME", help="Which estate (default: the one that was scanned last).")
@click.option(
    "--depth", type=click.IntRange(1, 4), default=2, show_default=True,
    help="1: scopes; 2: modules, namespaces and stacks; 3: types; 4: resources.",
)  # fmt: skip
@click.option("--scope", metavar="SCOPE", help="Only of this account, region, project, subscription or cluster.")
@click.option("--drifted", is_flag=True, help="Only what has drift in it.")
@click.option("--as-of", type=moment, metavar="TIME", help="As it was then.")
def command(
    options: Options,
    form: str,
    estate: str | None,
    depth: int,
    scope: str | None,
    drifted: bool,
    as_of: datetime | None,
) -> None:
    """Show what there is as a tree: scope, module (or namespace, or stack), type, resource, with what drifted."""
    from driftguard_tui.formats import as_json
    from driftguard_tui.formats import estate as trees
    from engine.errors import StoreError
    from engine.inventory import inventory
    from engine.store.records import Matching

    matching = [Matching(f"^{re.escape(scope)}(/|$)", "scope")] if scope else []
    with open_recorded(options) as stores:
        report = stores.timeline.report_at(as_of, estate)
        if report is None:
            raise StoreError("no scan of that estate and time is recorded: run `driftguard scan`, or ask for another")
        tree = inventory(stores, report, matching)
        nodes = [node for node in _walk(stores, tree, depth) if node.drifts or not drifted]
    if form == "table":
        click.echo(trees.render(tree.root, nodes, report, paper()), nl=False)
    else:
        click.echo(as_json.listing([trees.as_dict(node) for node in nodes], form, lambda: ""), nl=False)


def _walk(stores: "Stores", tree: "Inventory", depth: int, path: "Path" = ()) -> Iterator["Node"]:
    """Every node below one, down to a depth; each before what is below it."""
    from engine.inventory import NodeKind

    deepest = list(NodeKind)[depth]
    is_type = len(path) == list(NodeKind).index(NodeKind.TYPE)
    for node in tree.resources(stores, path) if is_type else tree.children(path):
        yield node
        if node.kind is not deepest and node.kind is not NodeKind.RESOURCE:
            yield from _walk(stores, tree, depth, node.path)
