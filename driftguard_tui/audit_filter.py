"""The `/` filter of the audit log, which the ledger answers: `who:anna what:approve since:2026-03-14 payments`."""

from datetime import UTC, datetime

from driftguard_tui.filters import FilterError
from engine.workflow.audit import AuditFilter

_TEXTS = ("who", "what", "subject")
_TIMES = ("since", "until")
FIELDS = (*_TEXTS, *_TIMES)

#: What the log holds acts of, for completion.
_ACTS = (
    "request.create", "request.approve", "request.reject", "request.withdraw", "request.comment", "request.expire",
    "drift.confirm", "baseline.accept", "model.register", "model.promote", "model.rollback",
)  # fmt: skip


def parse(expression: str) -> AuditFilter:
    """The filter. A field that is given twice counts as it is given last. Raises FilterError."""
    given: dict[str, str | datetime] = {}
    anywhere: list[str] = []
    for term in expression.split():
        field, colon, value = term.partition(":")
        if not colon or field not in FIELDS:
            anywhere.append(term)
        elif value:
            given[field] = value if field in _TEXTS else _moment(value)
    return AuditFilter(**given, anywhere=tuple(anywhere))  # type: ignore[arg-type]


def completions(typed: str) -> list[str]:
    """What a filter can become when its last term is completed."""
    before, space, last = typed.rpartition(" ")
    field, colon, value = last.partition(":")
    if not colon:
        found = [f"{name}:" for name in FIELDS if field and name.startswith(field)]
    elif field == "what":
        found = [f"what:{act}" for act in _ACTS if act.startswith(value) and act != value]
    else:
        found = []
    return [f"{before}{space}{term}" for term in found]


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise FilterError(f"{text!r} is no time; write it as 2026-03-14 or 2026-03-14T03:12") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
