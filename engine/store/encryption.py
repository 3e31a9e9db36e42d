"""Encryption of the timeline at rest: where its key is, and the part of DuckDB that encrypts.

Beside an encrypted timeline lies `timeline.duckdb.keys`, which names its key by a reference: whoever opens the folder
needs no configuration to find it. While a key is being changed it names both keys, so that at each moment one of them
opens what is there. The names are no secret.
"""

import secrets as random
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from engine import secrets
from engine.encrypting import Encryption
from engine.errors import ConfigError, StoreError
from engine.store.files import KEYS, TIMELINE, create_private, prepare_folder

if TYPE_CHECKING:
    import duckdb

#: Stands for no key in a list of keys: the timeline was, or is to be, as it comes.
PLAIN = ""

_BYTES = 32
_SERVICE = "driftguard"
_WITHOUT = (
    "DuckDB encrypts with its extension httpfs, which is not installed: install it once with "
    "`python -c \"import duckdb; duckdb.sql('INSTALL httpfs')\"`, or where that cannot be done set "
    "store.builtin_crypto = true, whose random numbers are not made for cryptography"
)


class Keys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What lies beside a timeline: references to its key, the one that was chosen last first; `PLAIN` is none."""

    keys: tuple[str, ...]
    builtin: bool = False


def prepare(folder: Path, wanted: Encryption | None) -> None:
    """Has a timeline that is not there yet begin encrypted, if that is wanted. One that is there stays as it is.

    Raises StoreError when it is there unencrypted, and ConfigError when a key can be neither had nor kept.
    """
    if wanted is None or read_keys(folder) is not None:
        return
    if (folder / TIMELINE).exists():
        raise StoreError(
            f"the timeline {folder / TIMELINE} is not encrypted and store.encrypt is true: encrypt it with "
            "`driftguard db rekey`"
        )
    prepare_folder(folder)
    write_keys(folder, Keys(keys=(choose_key(wanted),), builtin=wanted.builtin))


def choose_key(wanted: Encryption) -> str:
    """The reference of the key that is wanted; a new key is made and put into the keyring when none is named.

    Raises ConfigError when a named one is not there, and when this machine has no keyring.
    """
    if wanted.key is not None:
        secrets.resolve(wanted.key)
        return wanted.key
    reference = f"keyring:{_SERVICE}/store-{random.token_hex(6)}"
    secrets.keep(reference, random.token_hex(_BYTES), instead="store.key")
    return reference


def forget_key(reference: str) -> None:
    """Takes a key that was made here out of the keyring; what people named stays where they keep it."""
    if reference.startswith(f"keyring:{_SERVICE}/store-"):
        secrets.keep(reference, None, instead="store.key")


def read_keys(folder: Path) -> Keys | None:
    """What lies beside the timeline of a folder; None when it is not encrypted. Raises StoreError."""
    file = folder / KEYS
    try:
        return msgspec.json.decode(file.read_bytes(), type=Keys)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise StoreError(
            f"{file} names the timeline's key and cannot be read ({type(error).__name__}): put it right, as "
            '{"keys": ["keyring:SERVICE/NAME"]}'
        ) from error


def write_keys(folder: Path, keys: Keys | None) -> None:
    """Has the timeline's keys be these from one moment to the next; None when it is not encrypted any more."""
    file, draft = folder / KEYS, folder / f"{KEYS}.new"
    if keys is None:
        file.unlink(missing_ok=True)
        return
    create_private(draft)
    draft.write_bytes(msgspec.json.encode(keys))
    draft.replace(file)


def load_crypto(connection: "duckdb.DuckDBPyConnection", *, builtin: bool) -> None:
    """Loads what encrypts into a connection that is still allowed to read files.

    Raises StoreError when it is not installed, unless what is built in will do.
    """
    import duckdb

    for extension in (_packaged_extension(duckdb.__version__), "httpfs"):
        if extension is None:
            continue
        try:
            connection.execute(f"LOAD {quoted(str(extension))}")
            return
        except duckdb.Error:
            continue
    if not builtin:
        raise StoreError(_WITHOUT)
    connection.execute("SET force_mbedtls_unsafe = 'true'")


def attach(
    connection: "duckdb.DuckDBPyConnection", path: Path, name: str, reference: str, *, read_only: bool = False
) -> None:
    """Attaches a file under a name, with the key of a reference. Raises duckdb.Error, and StoreError without a key."""
    options = ["READ_ONLY"] if read_only else []
    if reference != PLAIN:
        try:
            options.append(f"ENCRYPTION_KEY {quoted(secrets.resolve(reference))}")
        except ConfigError as error:
            raise StoreError(f"the timeline {path} is encrypted, and its key cannot be had: {error}") from None
    how = f" ({', '.join(options)})" if options else ""
    connection.execute(f"ATTACH {quoted(str(path))} AS {name}{how}")


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _packaged_extension(version: str) -> Path | None:
    """The extension as a package on the index brings it, if it is there for this version of DuckDB."""
    from importlib.util import find_spec

    spec = find_spec("duckdb_extension_httpfs")
    places = spec.submodule_search_locations if spec is not None else None
    file = Path(next(iter(places))) / "extensions" / f"v{version}" / "httpfs.duckdb_extension" if places else None
    return file if file is not None and file.is_file() else None
