"""Settings of a Jira source."""

from engine.collectors.events.tickets.settings import TicketSettings


class Settings(TicketSettings, frozen=True, kw_only=True):
    """jql: which issues are read of a live Jira, all that were updated lately without it."""

    jql: str | None = None
