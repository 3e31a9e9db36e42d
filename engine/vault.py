"""Secrets kept in HashiCorp Vault, or in what speaks its API: its key-value engine, version 2."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from engine.errors import ConfigError

_SECONDS = 10


def read(path: str, field: str, environ: Mapping[str, str] = os.environ) -> str:
    """One field of the newest version of a secret. `path` begins with where the engine is mounted.

    Which Vault it is, and as whom it is asked, is said as for Vault's own programs: VAULT_ADDR, VAULT_TOKEN or the
    file `~/.vault-token`, VAULT_NAMESPACE and VAULT_CACERT. Raises ConfigError when it cannot be had.
    """
    where = f"vault:{path}#{field}"
    try:
        import hvac
        from hvac.exceptions import Forbidden, InvalidPath, VaultError
        from requests.exceptions import RequestException
    except ImportError:
        raise ConfigError(f"{where}: Vault needs the extra: pip install 'driftguard-tui[vault]'") from None
    mount, _, name = path.strip("/").partition("/")
    if not name:
        raise ConfigError(f"{where}: names no secret; write it as vault:MOUNT/PATH#FIELD")
    client = hvac.Client(
        url=_address(where, environ),
        token=_token(where, environ),
        namespace=environ.get("VAULT_NAMESPACE") or None,
        verify=environ.get("VAULT_CACERT") or True,
        timeout=_SECONDS,
    )
    try:
        answer = client.secrets.kv.v2.read_secret_version(name, mount_point=mount, raise_on_deleted_version=True)
        value = answer["data"]["data"].get(field)
    except InvalidPath:
        raise ConfigError(f"{where}: Vault has no such secret; check the path, which begins with the mount") from None
    except Forbidden:
        raise ConfigError(
            f"{where}: Vault refuses it; check that the token holds and its policy has the path"
        ) from None
    except (VaultError, RequestException, OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        reason = type(error).__name__
        raise ConfigError(
            f"{where}: Vault cannot be asked ({reason}); check VAULT_ADDR, and that it is unsealed"
        ) from None
    finally:
        client.adapter.close()
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{where}: the secret has no text under that field; check the field")
    return value


def _address(where: str, environ: Mapping[str, str]) -> str:
    address = environ.get("VAULT_ADDR", "")
    if not address:
        raise ConfigError(f"{where}: nothing says where Vault is; set VAULT_ADDR")
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        raise ConfigError(
            f"{where}: VAULT_ADDR is not https, and a token would be sent in clear; give an https address"
        )
    return address


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token(where: str, environ: Mapping[str, str]) -> str:
    if token := environ.get("VAULT_TOKEN"):
        return token
    try:
        kept = (Path.home() / ".vault-token").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    if not kept:
        raise ConfigError(
            f"{where}: nothing says as whom Vault is asked; set VAULT_TOKEN, or log in with `vault login`"
        )
    return kept
