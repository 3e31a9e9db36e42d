"""When something happened, as providers write it."""

from datetime import UTC, datetime

import msgspec


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC, in which it is meant where it has no zone.

    Raises msgspec.ValidationError for one that is before the year 1 or after the year 9999 there.
    """
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise msgspec.ValidationError(f"{moment.isoformat()} is no time") from error
