"""A user's own rows over the shipped rows of a table, by their ids."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from engine.checking import check
from engine.errors import ConfigError

Row = TypeVar("Row", bound=Struct)


def read_table(file: Path) -> Any:
    """The content of a TOML file. Raises ConfigError that says what keeps it from being read."""
    try:
        return msgspec.toml.decode(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}); correct its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{file.name}: is not valid TOML: {error}") from error


def lay_over(
    shipped: Sequence[dict[str, Any]],
    given: Sequence[Any],
    name: str,
    struct: type[Row],
    problems: list[str],
    mistakes: Callable[[Row, str], Iterable[str]] = lambda _row, _where: (),
) -> list[Row]:
    """The rows as structs, those with new ids first; what is wrong is added to `problems`, each with its key.

    A given row with the id of a shipped one changes the fields that it gives; `enabled = false` takes it away.
    `name` is the table's; `mistakes` finds what fits the struct and still cannot be used.
    """
    raw = {row["id"]: row for row in shipped}
    rows = {key: msgspec.convert(row, struct) for key, row in raw.items()}
    new: dict[str, Row] = {}
    seen: dict[str, int] = {}
    for index, entry in enumerate(given):
        where = f"{name}[{index}]"
        key = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(key, str) or not key:
            problems.append(f"{where}.id: is missing; give the id of a shipped one to change it, or one of your own")
        elif seen.setdefault(key, index) != index:
            problems.append(f'{where}.id: "{key}" is the id of {name}[{seen[key]}] already; leave one of them out')
        elif not isinstance(entry.get("enabled", True), bool):
            problems.append(f"{where}.enabled: expected true or false")
        elif entry.get("enabled") is False:
            rows.pop(key, None)
        else:
            own = {field: value for field, value in entry.items() if field != "enabled"}
            row = check(raw.get(key, {}) | own, struct, where, problems)
            if row is not None:
                problems += mistakes(row, where)
                (rows if key in rows else new)[key] = row
    return [*new.values(), *rows.values()]
