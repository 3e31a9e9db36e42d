"""Settings of a ServiceNow source."""

from msgspec import field

from engine.collectors.events.tickets.settings import TicketSettings


class Settings(TicketSettings, frozen=True, kw_only=True):
    """table: which tables of a live instance are read. query: an encoded query that limits what is read of them.

    timezone, day_first: how recorded answers show times that were written for people (`sysparm_display_value=true`):
    in the zone of the user who asked (`Europe/Madrid`), and with the day or the month first. Without `day_first` the
    dates themselves tell, where they can; without `timezone` UTC is meant.
    """

    table: str | list[str] = field(default_factory=lambda: ["incident", "change_request", "problem"])
    query: str | None = None
    timezone: str | None = None
    day_first: bool | None = None

    @property
    def tables(self) -> list[str]:
        """`table` as a list."""
        return [self.table] if isinstance(self.table, str) else self.table
