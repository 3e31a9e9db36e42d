"""What time it is for the ledger, and who is there: on a shared database that is the database's to say."""

from datetime import UTC, datetime

from sqlalchemy import Connection, text


def moment(connection: Connection) -> datetime:
    """The time of a transaction, in UTC. On a shared database it is the same for as long as the transaction lasts."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    at: datetime = connection.execute(text("SELECT moment()")).scalar_one()
    return at.astimezone(UTC)


def person(connection: Connection) -> str | None:
    """Who is connected, as a shared database knows them; None where a file has no such idea."""
    if connection.dialect.name != "postgresql":
        return None
    return str(connection.execute(text("SELECT session_user")).scalar_one())
