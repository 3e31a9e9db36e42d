"""Whether a service can be reached at all, told in two seconds: what is not there is otherwise waited for longer.

Names that nobody resolves have no time limit, and what a provider's library imports takes a second by itself.
"""

import socket
import threading
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from engine.assistant.remote.model import AnswerError

#: Seconds in which a connection must stand.
CONNECT = 2.0
_PORTS = {"http": 80, "https": 443}


def check(url: str, *, through_proxies: bool = True) -> None:
    """Raises AnswerError when nobody answers at an address, or at the proxy on the way to it."""
    parts = urlsplit(url)
    if through_proxies and not proxy_bypass(parts.hostname or ""):
        parts = urlsplit(getproxies().get(parts.scheme, url))
    place = (parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443))
    reached = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection(place, timeout=CONNECT).close()
        except (OSError, UnicodeError):
            return
        reached.set()

    thread = threading.Thread(target=connect, daemon=True, name="reach")  # cannot be stopped, and need not be
    thread.start()
    thread.join(CONNECT)
    if not reached.is_set():
        raise AnswerError(f"{place[0]} cannot be reached; check the network")
