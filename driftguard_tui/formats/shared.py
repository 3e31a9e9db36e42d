"""How the shared database stands."""

from collections.abc import Iterator

from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import plain
from engine.store.shared.administer import Policy, SharedStatus


def render_status(status: SharedStatus, paper: Paper) -> str:
    """What it is and whether it is up to date, then a line for each person, and what is wrong."""
    policies = [("SEVERITY", "APPROVALS", "CARRIED OUT BY", "EMERGENCIES"), *map(_policy, status.policies)]
    people = [("PERSON", "ROLE"), *((plain(person.name), person.role.value) for person in status.people)]
    lines = [*aligned(policies).splitlines(), "", *aligned(people).splitlines()] if status.people else []
    below = (paper.paint(warning, "bad") for warning in _warnings(status))
    return "".join(f"{line}\n" for line in (*_head(status), "", *lines, *below))


def _policy(policy: Policy) -> tuple[str, ...]:
    glass = "may do without, with an alarm" if policy.break_glass else "need them too"
    return policy.level.value, str(policy.approvals), policy.executes.value, glass


def _head(status: SharedStatus) -> Iterator[str]:
    yield f"{plain(status.place)}, Postgres {plain(status.server)}"
    yield f"You are {plain(status.you)}, with {f'the role {status.role}' if status.role else 'no role'}"
    if status.is_current:
        yield f"Schema {status.expected}, up to date"
    if status.months:
        first, last = (
            name.removeprefix("drift_history_").replace("_", "-") for name in (status.months[0], status.months[-1])
        )
        yield f"History of drifts by month, from {first} to {last}"


def _warnings(status: SharedStatus) -> Iterator[str]:
    if not status.is_current and status.revision is None:
        yield "✗ Not set up, or you may not see it: `driftguard db init` sets it up, `driftguard db grant` gives a role"
    elif not status.is_current:
        yield f"✗ Schema {plain(str(status.revision))}, needed is {status.expected}: `driftguard db upgrade`"
    if status.weakness:
        yield f"✗ {plain(status.weakness)}"
    if status.unbound:
        yield (
            f"! No rule binds {', '.join(map(plain, status.unbound))}, who administer the server: note the head of "
            "`driftguard audit verify` elsewhere, so that a change of theirs shows"
        )
