"""Secrets are named in the configuration, never written in it; here a reference becomes its value."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from engine.errors import ConfigError

FORMS = "keyring:SERVICE/NAME, env:NAME, vault:PATH#FIELD or file:PATH"
_REFERENCE = re.compile(r"(keyring:[^/\s]+/\S+|env:[A-Za-z_]\w*|vault:[^#\s]+#\S+|file:~?/.*\S)")
#: What a machine without a keyring has instead.
INSTEAD = "env:NAME, vault:PATH#FIELD, or file:PATH of a file that only you may read"


class Secret(str):
    """Text that is used as it is, and whose `repr` (in logs, tracebacks and debuggers) does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')"


def is_reference(text: str) -> bool:
    """Whether a text names a secret in one of the forms that are understood."""
    return _REFERENCE.fullmatch(text) is not None


def resolve(reference: str, environ: Mapping[str, str] = os.environ) -> Secret:
    """The secret that `keyring:SERVICE/NAME`, `env:NAME`, `vault:PATH#FIELD` or `file:PATH` names.

    Raises ConfigError when it is not there, its store cannot be asked, or the text is not a reference; the text is
    then not repeated, since it may be the secret itself.
    """
    if not is_reference(reference):
        raise ConfigError(f"a secret is not written in the configuration: give a reference, {FORMS}")
    scheme, _, name = reference.partition(":")
    if scheme == "env":
        return _from_environment(name, environ)
    if scheme == "keyring":
        return _from_keyring(*name.split("/", 1))
    if scheme == "file":
        return _from_file(Path(name))
    from engine import vault

    path, _, field = name.partition("#")
    return Secret(vault.read(path, field, environ))


def keep(reference: str, secret: str | None, *, instead: str) -> str | None:
    """Puts a secret where `keyring:SERVICE/NAME` says, or takes it away from there, and returns what was there before.

    Raises ConfigError when this machine has no keyring, or it takes nothing; `instead` is the reference that is then
    offered.
    """
    import keyring
    from keyring.errors import KeyringError

    if keyring_backend() is None:
        raise ConfigError(f"this machine has no keyring to keep a secret in; set a variable and name it: {instead}")
    service, _, name = reference.removeprefix("keyring:").partition("/")
    try:
        before: str | None = keyring.get_password(service, name)
        if secret is not None:
            keyring.set_password(service, name, secret)
        elif before is not None:
            keyring.delete_password(service, name)
    except (KeyringError, OSError) as error:
        raise ConfigError(
            f"{reference}: the keyring does not take the secret ({type(error).__name__}); unlock it, or set a variable "
            f"and name it: {instead}"
        ) from None
    return before


def keyring_backend() -> str | None:
    """The name of the keyring in use, None when this machine has none."""
    import keyring

    backend = keyring.get_keyring()
    return backend.name if backend.priority > 0 else None


def _from_environment(name: str, environ: Mapping[str, str]) -> Secret:
    value = environ.get(name)
    if not value:
        raise ConfigError(f"env:{name}: the environment variable {name} is not set; set it, or name another secret")
    return Secret(value)


def _from_keyring(service: str, name: str) -> Secret:
    import keyring
    from keyring.errors import KeyringError

    where = f"keyring:{service}/{name}"
    if keyring_backend() is None:
        raise ConfigError(f"{where}: this machine has no keyring; name the secret otherwise, as {INSTEAD}")
    try:
        value = keyring.get_password(service, name)
    except KeyringError as error:
        raise ConfigError(
            f"{where}: the keyring cannot be asked ({type(error).__name__}); unlock it, or name another: {INSTEAD}"
        ) from error
    if value is None:
        raise ConfigError(f"{where}: the keyring holds no such secret; add it with `keyring set {service} {name}`")
    return Secret(value)


def _from_file(path: Path) -> Secret:
    where = f"file:{path}"
    path = path.expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise ConfigError(f"{where}: is no file; name one that holds the secret and nothing else")
            if about.st_mode & 0o077 or about.st_uid not in (os.geteuid(), 0):
                raise ConfigError(f"{where}: others can read or change it; make it yours alone with `chmod 600`")
            value = file.read().removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{where}: cannot be read ({reason}); correct the path or its permissions") from None
    if not value:
        raise ConfigError(f"{where}: is empty; write the secret into it")
    return Secret(value)
