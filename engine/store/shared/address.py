"""Where the shared database is: from the URL that a person configured to one that is safe to connect with."""

from ipaddress import ip_address

from sqlalchemy.engine import URL

#: Where everything of ours is in the shared database. Set when connecting: other schemas there are not ours to search.
SCHEMA = "driftguard"

_SECONDS_TO_CONNECT = "10"
#: Whoever holds what others wait for, such as by a transaction that is left open, does not hold them up for ever.
_WAITS = "20s"
_VERIFIES = "verify-full"


def connectable(url: URL) -> URL:
    """The URL with our driver and schema, and with TLS that knows the server unless it says otherwise.

    A server that is reached through a socket or the loopback needs no TLS.
    """
    query = {"connect_timeout": _SECONDS_TO_CONNECT, "application_name": "driftguard"}
    if not is_local(url):
        query["sslmode"] = _VERIFIES
        if "sslrootcert" not in url.query and url.query.get("sslmode", _VERIFIES) == _VERIFIES:
            query["sslrootcert"] = "system"
    query |= {name: value for name, value in url.query.items() if isinstance(value, str)}
    query["options"] = f"-clock_timeout={_WAITS} {query.get('options', '')} -csearch_path={SCHEMA}"
    return url.set(drivername="postgresql+psycopg", query={**url.query, **query})


def weakness(url: URL) -> str:
    """What is wrong with the way in which a database is reached, in a sentence; empty when nothing is."""
    mode = str(url.query.get("sslmode", _VERIFIES))
    if is_local(url) or mode == _VERIFIES:
        return ""
    return (
        f"The connection to {', '.join(_hosts(url))} uses sslmode={mode}, so that somebody in between could read and "
        f"change what is decided: take sslmode out of the URL, or make it {_VERIFIES}"
    )


def is_local(url: URL) -> bool:
    """Whether nothing leaves this machine: the server is behind a socket or on the loopback."""
    return all(map(_is_local, _hosts(url)))


def _hosts(url: URL) -> tuple[str, ...]:
    """All that are named: libpq takes a host from the query before the one in its place, and tries several in turn."""
    given = url.query.get("hostaddr") or url.query.get("host") or url.host or ""
    joined = given if isinstance(given, str) else ",".join(given)
    return tuple(name.rpartition(":")[0] if name.count(":") == 1 else name for name in joined.split(","))


def _is_local(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
