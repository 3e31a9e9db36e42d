"""What went on around a change: what is about the resource or its service counts, what is elsewhere hardly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.correlate.context import Surroundings
from engine.correlate.text import Lexicon, words_in
from engine.correlate.topology import service_of
from engine.model import Circumstance, Difference, Event, EventKind, Relation, ResourceRef, TicketType
from tests.support.cases import (
    DB,
    JANA,
    OMAR,
    attributed,
    call,
    commit,
    modified,
    moment,
    report,
    set_multi_az,
)

CHECKOUT = modified(
    "aws_security_group", "sg-0a1b2c3d", ("ingress[0]", None, {}),
    name="acme-prod-checkout-sg", address="module.checkout.aws_security_group.app",
)  # fmt: skip
PAYMENTS = modified(
    "aws_security_group", "sg-0a1b2c3e", ("ingress[0]", None, {}),
    name="acme-prod-payments-sg", address="module.payments.aws_security_group.app",
)  # fmt: skip
POD = Difference(
    ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/cast-checkout/web", "acme-live", name="web"),
    kind=DB.kind,
)
AT = moment("14 09:00")


def told(event: Event, difference: Difference = CHECKOUT, at: Any = AT) -> Circumstance | None:
    others = [CHECKOUT, PAYMENTS, POD]
    found = Surroundings([difference, *others], [event]).around(difference, at)
    return found[0] if found else None


def incident(touches: tuple[str, ...], title: str = "5xx everywhere", at: str = "14 08:35", **more: Any) -> Event:
    return report(at, EventKind.INCIDENT, touches, title=title, **more)


@pytest.mark.parametrize(
    ("touches", "title", "relation"),
    [
        (("sg-0a1b2c3d",), "something", Relation.RESOURCE),
        (("acme-prod-checkout-sg",), "something", Relation.RESOURCE),
        ((), "please look at ACME-prod-checkout-sg!", Relation.RESOURCE),
        (("CHECKOUT",), "5xx everywhere", Relation.SERVICE),
        (("checkout-svc",), "5xx everywhere", Relation.SERVICE),
        (("CheckoutService",), "5xx everywhere", Relation.SERVICE),
        (("checkout-team",), "5xx everywhere", Relation.SERVICE),
        ((), "Checkout: queue keeps growing", Relation.SERVICE),
        ((), "latency of chekcout is up", Relation.SERVICE),
        (("payments",), "checkout is down", Relation.NONE),
        ((), "payments are late", Relation.NONE),
        (("acme",), "everything is slow", Relation.NONE),
        ((), "mails arrive late", Relation.NONE),
        (("prod", "web"), "nodes not ready", Relation.NONE),
    ],
)
def test_what_an_incident_is_about(touches: tuple[str, ...], title: str, relation: Relation) -> None:
    found = told(incident(touches, title))
    assert found is not None
    assert found.relation is relation
    assert found.weight > 0.4 if relation is not Relation.NONE else found.weight < 0.2


def test_a_namespace_and_a_tag_tell_the_service() -> None:
    tagged = structs.replace(DB, tags={"Product": "checkoutservice"})
    assert told(incident(("checkout",)), tagged).relation is Relation.SERVICE  # type: ignore[union-attr]
    assert told(incident(("checkout",)), POD).relation is Relation.SERVICE  # type: ignore[union-attr]
    assert told(incident(("payments",)), POD).relation is Relation.NONE  # type: ignore[union-attr]


def test_a_word_that_many_services_share_does_not_tell_one_from_another() -> None:
    gateways = [
        modified("aws_lambda_function", f"{name}-gateway-fn", ("timeout", 3, 9), tags={"service": f"{name}-gateway"})
        for name in ("payment", "partner", "mobile")
    ]
    around = Surroundings(gateways, [incident(("mobile-gateway",))]).around
    assert [around(each, AT)[0].relation for each in gateways] == [Relation.NONE, Relation.NONE, Relation.SERVICE]


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (incident(("checkout",)), "open since 25 min, on this service"),
        (incident(("checkout",), ended="14 12:00"), "open since 25 min, on this service"),
        (incident(("checkout",), ended="14 08:50"), "over 10 min before, on this service"),
        (incident(("checkout",), at="14 09:15"), "began 15 min afterwards, on this service"),
        (report("14 08:58", EventKind.ALERT, ("checkout",)), "firing since 2 min, on this service"),
        (report("13 21:00", EventKind.ALERT, ("checkout",)), "firing since 12 h, on this service"),
        (report("14 06:00", EventKind.DEPLOY, ("checkout",), type=TicketType.CHANGE),
         "done 3 h before, on this service"),
        (report("14 06:00", EventKind.DEPLOY, ("checkout",), type=TicketType.CHANGE, planned_end=moment("14 10:00")),
         "under way since 3 h, on this service"),
        (incident(("search",)), "open since 25 min, at the same time, on another service"),
        (incident((), "mails arrive late"), "open since 25 min, at the same time, does not say on what"),
    ],
)  # fmt: skip
def test_it_is_told_in_plain_words(event: Event, says: str) -> None:
    found = told(event)
    assert found is not None
    assert found.says == says


@pytest.mark.parametrize(
    "event",
    [
        incident(("checkout",), at="14 14:00"),
        incident(("checkout",), at="12 09:00", ended="12 10:00"),
        incident(("search",), type=TicketType.TASK),
        report("14 08:50", EventKind.ALERT, ("search",), priority="none"),
        report("14 08:50", EventKind.METRIC, ("search",)),
    ],
    ids=["long afterwards", "over long ago", "a task elsewhere", "noise elsewhere", "a shift elsewhere"],
)
def test_what_tells_nothing_is_left_out(event: Event) -> None:
    assert told(event) is None


def test_what_is_nearer_in_time_and_matters_more_weighs_more() -> None:
    weights = [
        told(event).weight  # type: ignore[union-attr]
        for event in (
            incident(("sg-0a1b2c3d",)),
            incident(("checkout",)),
            incident(("checkout",), at="14 01:00"),
            incident(("checkout",), type=TicketType.TASK),
            incident(("checkout",), priority="P5"),
            incident(("search",)),
        )
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)


def test_only_what_concerns_the_service_is_related_and_the_rest_is_faint_evidence() -> None:
    here, elsewhere = incident(("checkout",)), incident(("search",), at="14 08:40")
    difference = structs.replace(DB, tags={"service": "checkout"})
    found = attributed(difference, set_multi_az("14 09:00", False), here, elsewhere)
    assert here in found.related
    assert elsewhere not in found.related
    assert [(one.event, one.relation) for one in found.context] == [
        (here, Relation.SERVICE),
        (elsewhere, Relation.NONE),
    ]
    assert [item.event_id for item in found.evidence] == [
        set_multi_az("14 09:00", False).id, here.id, elsewhere.id
    ]  # fmt: skip
    assert found.evidence[1].summary == "open since 25 min, on this service: checkout is down"


def test_evidence_begins_with_the_change_and_stays_short() -> None:
    hidden = modified("aws_db_instance", "shop-db", ("password", "(sensitive)", "(sensitive)"))
    request = {"dBInstanceIdentifier": "shop-db", "masterUserPassword": "(sensitive)"}
    change = call("14 09:00", "ModifyDBInstance", request)
    alerts = [report(f"14 08:{minute:02}", EventKind.ALERT, ("shop-db",)) for minute in range(30, 58)]
    alerts = [structs.replace(alert, operation=f"Alert{number}") for number, alert in enumerate(alerts)]
    found = attributed(hidden, change, *alerts, alerts[0])
    assert found.evidence[0].event_id == change.id
    assert len(found.evidence) <= 20
    assert len({item.event_id for item in found.evidence}) == len(found.evidence)


def test_an_alert_that_fires_again_and_again_is_told_once() -> None:
    again = [report(f"14 08:{minute:02}", EventKind.ALERT, ("shop-db",)) for minute in range(30, 58)]
    found = attributed(DB, set_multi_az("14 09:00", False), *again)
    assert len(found.evidence) == 2
    assert len(found.context) == len(again)


def test_evidence_names_the_other_drifts_of_a_session() -> None:
    from engine.correlate import attribute
    from engine.providers import load_knowledge
    from tests.support.cases import NOW

    queue = modified("aws_sqs_queue", "jobs", ("visibility_timeout_seconds", 30, 45), address="aws_sqs_queue.jobs")
    request = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": "45"}}
    events = [set_multi_az("14 09:00", False), call("14 09:10", "SetQueueAttributes", request, service="sqs")]
    first, second = attribute([DB, queue], events, NOW, load_knowledge())
    assert first.evidence[1].summary == (
        "in the same session, 10 min after: SetQueueAttributes by jana@shop.example (made aws_sqs_queue.jobs drift)"
    )
    assert "made aws_db_instance.shop drift" in second.evidence[1].summary


def test_an_old_commit_tells_less_than_a_fresh_one() -> None:
    fresh, old = commit("14 08:00", DB.resource.address, port=["1", "2"]), commit("04 08:00", DB.resource.address)
    found = attributed(DB, set_multi_az("14 09:00", False), fresh, structs.replace(old, request=fresh.request))
    weights = {item.event_id: item.weight for item in found.evidence}
    assert weights[fresh.id] > 2 * weights[old.id] > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("acme-prod-checkout-sg", {"acme", "checkout"}),
        ("CheckoutService", {"checkout"}),
        ("sg-0ee6f3160ac59295e", set()),
        ("/shop/catalog-svc/access-2", {"shop", "catalog"}),
        ("Oldest message of the orders queue is 12 h", {"oldest", "message", "orders"}),
    ],
)
def test_telling_words(text: str, words: set[str]) -> None:
    assert words_in(text) == words


def test_a_slip_of_the_pen_is_known_and_another_word_is_not() -> None:
    lexicon = Lexicon({"shipping", "checkout", "cart"})
    slips = ["shippnig", "shiping", "shippping", "checkouts", "shopping", "check", "carts", "cart"]
    assert [lexicon.settled(word) for word in slips] == [
        "shipping", "shipping", "shipping", "checkout", "shopping", "check", "carts", "cart",
    ]  # fmt: skip


@given(st.text(alphabet="abcdefgh", min_size=6, max_size=12), st.data())
def test_any_letter_lost_is_a_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    short = word[:place] + word[place + 1 :]
    assert Lexicon({word}).settled(short) in (word, short if len(short) < 6 else word)


@given(st.text(), st.text())
def test_any_text_can_be_looked_at(name: str, title: str) -> None:
    told(incident((name,), title))


def test_the_name_of_a_service() -> None:
    refs = [
        (ResourceRef("aws", "aws_sqs_queue", "x", address="module.cart.aws_sqs_queue.jobs[0]"), {}, "cart"),
        (ResourceRef("kubernetes", "v1/Service", "/Service/mail/web"), {}, "mail"),
        (ResourceRef("aws", "aws_sqs_queue", "acme-cart-jobs", "acme/eu"), {}, "cart"),
        (ResourceRef("aws", "aws_sqs_queue", "x"), {"app.kubernetes.io/name": "search-api"}, "search"),
        (ResourceRef("aws", "aws_kms_key", "0a1b"), {}, ""),
    ]
    assert [service_of(ref, tags) for ref, tags, _ in refs] == [name for _, _, name in refs]


def test_calls_of_another_role_are_no_part_of_the_session() -> None:
    other = call("14 09:05", "CreateTags", {"resource": "x"}, structs.replace(JANA, role="Admin"))
    someone = call("14 09:06", "CreateTags", {"resource": "x"}, OMAR)
    found = attributed(DB, set_multi_az("14 09:00", False), other, someone)
    assert len(found.evidence) == 1


def test_an_incident_that_the_caller_is_at_counts_wherever_it_is_filed() -> None:
    at_it = incident(("search",), people=("jana@shop.example",), priority="P1")
    surroundings = Surroundings([CHECKOUT, PAYMENTS], [at_it])
    [mine], [others] = (surroundings.around(CHECKOUT, AT, who) for who in ("jana@shop.example", "omar@shop.example"))
    assert (mine.relation, others.relation) == (Relation.CALLER, Relation.NONE)
    assert mine.weight > 3 * others.weight
    assert mine.says == "open since 25 min, of another service, and the caller was at it"


def test_whoever_declared_an_incident_is_at_it() -> None:
    declared = structs.replace(incident(("search",)), actor=JANA)
    [found] = Surroundings([CHECKOUT, PAYMENTS], [declared]).around(CHECKOUT, AT, JANA.principal)
    assert found.relation is Relation.CALLER


def test_what_is_not_to_be_done_is_remembered_for_days() -> None:
    wish = {"type": TicketType.TASK, "title": "please open it", "refused": True}
    refused = report("11 08:00", EventKind.INCIDENT, ("acme-prod-checkout-sg",), "11 15:00", **wish)
    found = told(refused)
    assert found is not None
    assert found.says == "refused 3 days before, names this resource"
    assert found.weight > 0.2
    assert told(structs.replace(refused, request="")) is None
    afterwards = report("14 10:00", EventKind.INCIDENT, ("acme-prod-checkout-sg",), "14 11:00", **wish)
    assert told(afterwards) is None
