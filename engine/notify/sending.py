"""Handing one message to a channel: whatever `apprise` has an address for, from a webhook to a pager."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import NotifyError

_STATUS = re.compile(r"\berror=(\d{3})\b")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=://)", re.IGNORECASE)


def send(url: str, subject: str, body: str) -> None:
    """Delivers a message, waiting a few seconds at most for whoever takes it.

    Raises NotifyError when the address cannot be used, and when nobody took the message. The address holds a secret,
    and what was answered may repeat it: only the channel's name and the status are told.
    """
    import apprise

    channel = _SCHEME.match(url)
    name = channel[0].lower() if channel else "the address"
    with _heard() as said:
        messenger = apprise.Apprise()
        if not messenger.add(url):
            raise NotifyError(f"{name}: is no address that a message can be sent to; write it as apprise documents it")
        if messenger.notify(body=body, title=subject, body_format=apprise.NotifyFormat.TEXT):
            return
    statuses = [match[1] for text in said if (match := _STATUS.search(text))]
    if statuses:
        raise NotifyError(f"{name}: the message was refused (status {statuses[-1]}); check the address and its token")
    raise NotifyError(f"{name}: nobody took the message; check the address, and that it can be reached from here")


class _Ear(logging.Handler):
    """Keeps what is logged, instead of letting it go where somebody reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What apprise says of a failure, which it tells its log only."""
    logger, ear = logging.getLogger("apprise"), _Ear()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(ear)
    try:
        yield ear.said
    finally:
        logger.removeHandler(ear)
        logger.propagate = propagated
