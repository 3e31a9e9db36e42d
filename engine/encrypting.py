"""What the section `[store]` of the configuration says of encryption: `encrypt`, `key` and `builtin_crypto`."""

from msgspec import Struct

from engine import secrets


class Encryption(Struct, frozen=True, kw_only=True):
    """How a timeline is to be encrypted: `key` is a reference, None for a key that is made and kept in the keyring.

    `builtin` allows DuckDB's own code, whose source of random numbers is weaker, where its extension is not installed.
    """

    key: str | None = None
    builtin: bool = False


def read_encryption(*, encrypt: bool, key: str | None, builtin: bool, problems: list[str]) -> Encryption | None:
    """What is wanted, None for none; what is wrong with it is added to `problems`."""
    if key is not None and not secrets.is_reference(key):
        problems.append(f"store.key: a secret is not written here; give a reference, {secrets.FORMS}")
    if encrypt:
        return Encryption(key=key, builtin=builtin)
    given = [name for name, value in (("key", key), ("builtin_crypto", builtin)) if value]
    problems += [f"store.{name}: does nothing unless store.encrypt = true; add that, or take it out" for name in given]
    return None
