"""What is unusual of calls among weeks of an organisation's usual ones."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from engine.correlate.anomaly import Behaviour
from engine.correlate.anomaly.behaviour import network_of
from engine.model import Actor, Event, EventKind, Unusual, Via
from tests.support.habits import PEOPLE, START, call, weeks_of_work
from tests.support.room import room_of

ANNA, BERT = PEOPLE[:2]
DAYS = 42
#: A working day after all the usual ones.
NEXT = START + timedelta(days=DAYS)
AT_NIGHT = NEXT + timedelta(hours=3)
AT_WORK = NEXT + timedelta(hours=10)
ANNAS_ADDRESS = "198.51.100.10"


def told(usual: Iterable[Event], *unusual: Event) -> list[Unusual | None]:
    """What is said of the last events."""
    behaviour = Behaviour()
    for event in usual:
        behaviour.look(event)
    return [behaviour.look(event) for event in unusual]


def reasons(found: Unusual | None) -> str:
    return "; ".join(found.reasons) if found else ""


@pytest.fixture(scope="module")
def usual() -> list[Event]:
    return weeks_of_work(DAYS)


@pytest.mark.parametrize("seed", range(3))
def test_says_nothing_of_what_is_done_every_day(seed: int) -> None:
    behaviour = Behaviour()
    assert [event for event in weeks_of_work(DAYS, seed) if behaviour.look(event)] == []


def test_a_stranger_with_somebodys_key_is_told_with_every_reason(usual: list[Event]) -> None:
    theft = call(AT_NIGHT, ANNA, "AttachRolePolicy", "sg-10", address="192.0.2.4", via=Via.CLI)
    (found,) = told(usual, theft)
    assert found is not None
    assert 0.8 < found.score < 1
    assert set(found.reasons) == {
        f"first write by {ANNA} on sg-10 in 42 days of records",
        f"first call by {ANNA} from 192.0.2.4, a new network, in 42 days of records",
        f"first call by {ANNA} through the command line in 42 days of records",
        f"first AttachRolePolicy by {ANNA} in 42 days of records",
        f"{ANNA} is seldom active from 03:00 to 04:00 UTC on working days",
    }


def test_one_new_thing_alone_is_nothing_to_tell(usual: list[Event]) -> None:
    new_address = call(AT_WORK, ANNA, "CreateTags", "sg-00", address="192.0.2.4")
    assert told(usual, new_address) == [None]


def test_what_is_new_stays_new_for_the_whole_sitting_and_is_known_in_the_next(usual: list[Event]) -> None:
    calls = [
        call(AT_WORK + timedelta(hours=hours, minutes=minute), ANNA, "DeleteTrail", "sg-10", address="192.0.2.4")
        for hours, minute in ((0, 0), (0, 20), (3, 0))
    ]
    first, second, later = told(usual, *calls)
    assert first == second is not None
    assert later is None


def test_reads_teach_and_are_not_told_of(usual: list[Event]) -> None:
    read = call(AT_NIGHT, ANNA, "ListUsers", address="192.0.2.4", via=Via.CLI, writes=False)
    write = call(AT_NIGHT + timedelta(hours=2), ANNA, "AttachRolePolicy", "sg-10", address="192.0.2.4", via=Via.CLI)
    about_read, about_write = told(usual, read, write)
    assert about_read is None
    assert "192.0.2.4" not in reasons(about_write)


def test_far_more_than_usual_is_told_of_people_and_of_programs(usual: list[Event]) -> None:
    burst = [
        call(AT_WORK + timedelta(seconds=number), ANNA, "CreateTags", f"sg-0{number % 4}", address=ANNAS_ADDRESS)
        for number in range(300)
    ]
    assert "writes within an hour, where about" in reasons(told(usual, *burst)[-1])


def test_a_program_at_another_hour_with_another_client_is_told(usual: list[Event]) -> None:
    at_noon = call(NEXT + timedelta(hours=12), "nightly", "CreateSnapshot", via=Via.CONSOLE, address="192.0.2.4")
    (found,) = told(usual, at_noon)
    assert "nightly is seldom active from 12:00 to 13:00 UTC" in reasons(found)
    assert "first call by nightly through the console" in reasons(found)


def test_somebody_never_seen_before_is_told(usual: list[Event]) -> None:
    (found,) = told(usual, call(AT_WORK, "mallory@example.com", "AttachRolePolicy", "sg-10", address="192.0.2.4"))
    assert "first sitting of mallory@example.com in 42 days of records" in reasons(found)


def test_says_nothing_before_it_has_seen_enough() -> None:
    theft = call(
        START + timedelta(days=5, hours=3), ANNA, "AttachRolePolicy", "sg-10", address="192.0.2.4", via=Via.CLI
    )
    assert told(weeks_of_work(5), theft) == [None]
    assert told([], theft) == [None]


def test_takes_a_refused_write_for_none(usual: list[Event]) -> None:
    refused = structs.replace(call(AT_NIGHT, ANNA, "CreateTags", "sg-10", address="192.0.2.4"), error="AccessDenied")
    assert "first write" not in reasons(told(usual, refused)[0])


def test_leaves_other_events_and_unknown_actors_alone(usual: list[Event]) -> None:
    theft = call(AT_NIGHT, ANNA, "AttachRolePolicy", "sg-10", address="192.0.2.4", via=Via.CLI)
    commit = structs.replace(theft, kind=EventKind.COMMIT)
    nobody = structs.replace(theft, actor=Actor())
    assert told(usual, commit, nobody) == [None, None]


def test_names_with_braces_are_told_as_they_are(usual: list[Event]) -> None:
    theft = call(AT_NIGHT, ANNA, "{who}", "{0}{what!r}", address="{", via=Via.CLI)
    assert "first {who} by anna" in reasons(told(usual, theft)[0])


@given(st.integers(0, 5), st.integers(0, 3000))
@settings(max_examples=8)
def test_what_comes_later_changes_nothing(seed: int, end: int) -> None:
    chance = weeks_of_work(20, seed)
    odd = [structs.replace(event, actor=structs.replace(event.actor, source_ip=event.id)) for event in chance[::97]]
    calls = sorted([*chance, *odd], key=lambda event: event.at)
    whole, beginning = Behaviour(), Behaviour()
    assert [whole.look(event) for event in calls][:end] == [beginning.look(event) for event in calls[:end]]


def test_takes_a_bounded_room() -> None:
    behaviour = Behaviour()
    sizes = []
    for number in range(6000):
        name = f"{number:05}"
        at = START + timedelta(minutes=number)
        behaviour.look(call(at, ANNA, f"operation {name}", f"resource {name}", address=f"2001:db8:{number:x}::1"))
        if number in (2999, 5999):
            sizes.append(room_of(behaviour._principals))
    assert sizes[1] < sizes[0] * 1.1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com"),
    ],
)
def test_networks_are_taken_from_addresses(address: str, network: str) -> None:
    assert network_of(address) == network


def test_what_is_learnt_does_not_depend_on_whether_anybody_asks(usual: list[Event]) -> None:
    theft = call(AT_NIGHT, ANNA, "AttachRolePolicy", "sg-10", address="192.0.2.4", via=Via.CLI)
    quiet, asked = Behaviour(), Behaviour()
    for event in usual:
        assert quiet.look(event, is_asked=False) is None
        asked.look(event)
    assert quiet.look(theft) == asked.look(theft) is not None
