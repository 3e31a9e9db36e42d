"""What a room may not read does not reach the screen: persons, addresses and accounts become tokens."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui import text
from driftguard_tui.widgets.lines import Span
from engine.masking import ACCOUNT, PERSON, Masker
from engine.model import Actor, ActorKind, Event, EventKind, ResourceRef
from tests.support.reports import a_report

AT = datetime(2026, 3, 14, tzinfo=UTC)
ARN = "arn:aws:sts::210987654321:assumed-role/PlatformEngineer/anna.keller"

_letters = st.text("abcdefghijklmnopqrstuvwxyzäöü", min_size=3, max_size=9)
_people = st.builds(lambda first, last: f"{first}.{last}", _letters, _letters)


def test_one_person_has_one_token_however_they_are_named() -> None:
    mask = Masker()
    mask.learn(Actor(ARN, ActorKind.HUMAN))
    for name in ("anna.keller", "Anna Keller", "anna.keller@shop.example", "ANNA", "AnnaKeller", "anna-keller"):
        shown = mask(f"{name} opened it")
        assert shown in ("person-1 opened it", "AnnaKeller opened it")
    assert mask(ARN) == "arn:aws:sts::account-1:assumed-role/PlatformEngineer/person-1"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("from 198.51.100.24 to 203.0.113.7/32", "from address-1 to address-2"),
        ("2001:db8::1 and 2001:DB8::1", "address-1 and address-1"),
        ("account 123456789012, again 123456789012", "account account-1, again account-1"),
        ("/subscriptions/8f14e45f-ceea-467f-9a0b-1234567890ab/", "/subscriptions/account-1/"),
        ("AKIAIOSFODNN7EXAMPLE", "person-1"),
        ("mail eve@example.org, eve", "mail person-1, person-1"),
    ],
)
def test_what_has_a_form_needs_no_learning(told: str, shown: str) -> None:
    assert Masker()(told) == shown


@pytest.mark.parametrize(
    "told",
    [
        "0.0.0.0/0", "10.0.0.0/8 and ::/0", "127.0.0.1", "v1.2.3.4", "at 12:30:45", "module.web.aws_lb.front[0]",
        "sg-0a1b2c3d", "5.5.0.1.2", "1,204 records", "autoscaling.amazonaws.com", "root", "deadbeef:cafe",
    ],
)  # fmt: skip
def test_what_tells_of_no_one_stays(told: str) -> None:
    assert Masker()(told) == told


def test_software_and_generic_names_stay() -> None:
    mask = Masker()
    mask.learn([Actor("ci-deploy", ActorKind.AUTOMATION), Actor("root", ActorKind.HUMAN), Actor(None)])
    assert mask("ci-deploy as root") == "ci-deploy as root"


def test_people_in_tickets_and_accounts_of_resources_are_learned() -> None:
    mask = Masker()
    ticket = '{"title": "x", "people": ["Chidi Okafor"]}'
    mask.learn((Event("e", AT, "jira", EventKind.INCIDENT, "opened", request=ticket),))
    mask.learn({"any": ResourceRef("gcp", "google_compute_firewall", "x", "shop-prod-1/europe-west1")})
    assert mask("chidi in projects/shop-prod-1") == "person-1 in projects/account-1"


@given(st.lists(_people, min_size=1, max_size=6, unique=True), st.text(max_size=40), st.sampled_from(" ,:/@[(\t"))
def test_no_known_person_gets_through(people: list[str], around: str, sign: str) -> None:
    mask = Masker()
    mask.learn([Actor(f"{person}@shop.example", ActorKind.HUMAN) for person in people])
    shown = mask(sign.join([around.replace(".", " "), "", *people, ""]))
    for person in people:
        assert person not in shown


@given(st.text())
def test_masking_twice_is_masking_once(told: str) -> None:
    mask = Masker()
    mask.know(PERSON, "anna.keller")
    mask.know(ACCOUNT, "shop-prod")
    assert mask(mask(told)) == mask(told)


@given(st.data())
def test_nothing_that_is_drawn_slips_through(data: st.DataObject) -> None:
    """Every piece of every line is a span, and no span holds what the mask takes out."""
    report = a_report()
    people = [drift.actor.principal for drift in report.drifts if drift.actor.kind is ActorKind.HUMAN]
    before, after = data.draw(st.text(" .:()", max_size=3)), data.draw(st.text(" .:()", max_size=3))
    mask = Masker()
    mask.learn(report)
    text.mask_with(mask)
    try:
        for person in filter(None, people):
            local = person.partition("@")[0]
            shown = Span(f"{before}{person}{after} {local} {local.replace('.', ' ').title()}").text
            assert local not in shown
            assert local.partition(".")[0] not in shown.casefold()
    finally:
        text.mask_with(None)
    assert Span("anna.keller").text == "anna.keller"


def test_hosts_are_masked_where_they_are_asked_for_and_the_endpoints_of_everybody_are_not() -> None:
    told = "shop.abc1.eu-west-1.rds.amazonaws.com, db-1.shop.internal: sqs.amazonaws.com, module.web.aws_lb.front"
    assert Masker(hosts=True)(told) == "host-1, host-2: sqs.amazonaws.com, module.web.aws_lb.front"
    assert Masker()(told) == told


@given(_people, st.text(" [](){}:,\n", max_size=20))
def test_what_was_masked_can_be_put_back(person: str, around: str) -> None:
    mask = Masker(hosts=True)
    mask.learn(Actor(f"{person}@shop.example", ActorKind.HUMAN))
    told = f"{around} {person}@shop.example from 198.51.100.24 {around}"
    assert person not in mask(told)
    assert mask.unmasked(mask(told)) == told
