"""When something happened, as providers write it."""

from datetime import UTC, datetime

import msgspec

#: Years in which something can have happened, or be planned. Programs write others for "never" and "not known".
_YEARS = range(1971, 9000)


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


def is_possible(moment: datetime) -> bool:
    """Whether something can have happened then: what is not known is often written as the first or the last moment."""
    return moment.year in _YEARS
