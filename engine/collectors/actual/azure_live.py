"""Reads Azure through Resource Graph, table by table.

Resource Graph answers from what the caller may see and does not tell what that leaves out. A type therefore counts as
covered only in subscriptions that are themselves seen, once its table was read to its last page.
"""

from collections.abc import Container, Iterator

from engine.collectors.actual.azure_rows import PROVIDER, Table, graph, native_type, observation
from engine.collectors.actual.azure_settings import Settings
from engine.collectors.azure_account import RefusedError
from engine.collectors.azure_graph import PERMISSION, Graph, TruncatedError
from engine.collectors.base import Access, CancelledError, Context, Found, Lack
from engine.model import Coverage
from engine.providers import load_knowledge

_MAIN_TABLE = "resources"


def read_live(settings: Settings, context: Context) -> Iterator[Found]:
    """Yields the resources of every table, and what each table covers.

    Raises SourceError when nothing can be read at all, or the credentials run out on the way.
    """
    client = Graph(settings, context)
    try:
        seen = list(client.subscriptions())
        for lacking in _not_seen(settings, seen):
            context.skip(f"subscription {lacking}", f"not seen; grant {PERMISSION}", records=0)
        for name, table in graph().tables.items():
            yield from _table(name, table, client, seen, settings, context)
    except CancelledError:
        return


def try_access(settings: Settings, context: Context) -> Access:
    """Which of the subscriptions can be read, and as whom. Raises SourceError when the service cannot be asked."""
    client = Graph(settings, context)
    seen = client.subscriptions()
    return Access(
        identity=client.identity,
        may=tuple(f"subscription {name} ({identity})" for identity, name in seen.items()),
        lacks=tuple(Lack(f"subscription {identity}", PERMISSION) for identity in _not_seen(settings, seen)),
    )


def _not_seen(settings: Settings, seen: Container[str]) -> list[str]:
    return [text for text in settings.subscriptions if text.lower() not in seen]


def _table(
    name: str, table: Table, client: Graph, seen: list[str], settings: Settings, context: Context
) -> Iterator[Found]:
    """The rows of one table, and then its coverage; a table that fails costs itself."""
    types = [*table.types, *(_added_types(context) if name == _MAIN_TABLE else ())]
    quoted = ", ".join(f"'{native}'" for native in types)
    kept = f" | where {table.where}" if table.where else ""
    covered = dict.fromkeys((native, scope) for native in table.types for scope in seen)
    try:
        for row in client.rows(f"{name} | where type in~ ({quoted}){kept} | order by id asc", seen):
            observed = observation(row, settings.name)
            if observed is None:
                context.skip(name, "a row has no `id` and `type` of a resource")
                continue
            if observed.scope in seen:
                covered.setdefault((native_type(row), observed.scope))
            yield observed
    except (RefusedError, TruncatedError) as error:
        context.skip(f"table {name}", str(error), records=0)
        return
    for native, scope in covered:
        yield Coverage(PROVIDER, native, scope, settings.name)


def _added_types(context: Context) -> list[str]:
    """The types of the user's own tables, which may be in the main table or in none."""
    if context.knowledge is None:
        return []
    knowledge = load_knowledge(context.knowledge)
    known = {native for table in graph().tables.values() for native in table.types}
    natives = {rule.native for rule in knowledge.rules(PROVIDER)}
    return sorted(native for native in natives - known if "'" not in native)
