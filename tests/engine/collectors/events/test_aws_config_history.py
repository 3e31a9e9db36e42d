"""AWS Config's history: what moved between two recordings of one resource."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.aws_config_history import Settings, Source
from engine.collectors.events.aws_config_history.differences import moved
from engine.model import RECORDED_CHANGE, Event, EventKind, FieldChange
from tests.support.config_items import ACCOUNT, REGION, answered, delivered, group, rule

T1, T2, T3 = "2026-03-02T10:00:00.000Z", "2026-03-02T12:30:00.000Z", "2026-03-02T15:00:00.000Z"
CLOSED, OPEN = rule(443, "10.0.0.0/8"), rule(22, "0.0.0.0/0")


def read(folder: Path, *contents: bytes, context: Context | None = None) -> list[Event]:
    for number, content in enumerate(contents):
        (folder / f"{number}.json").write_bytes(content)
    source = Source(Settings(name="history", kind="aws_config_history", path=str(folder)))
    return list(source.collect(context or Context()))  # type: ignore[arg-type]


def changes(event: Event) -> list[FieldChange]:
    return msgspec.json.decode(event.request, type=list[FieldChange])


def test_what_moved_is_an_event_of_the_time_it_was_recorded(tmp_path: Path) -> None:
    (event,) = read(tmp_path, delivered(group(T1, CLOSED), group(T2, CLOSED, OPEN)))
    assert (event.kind, event.operation) == (EventKind.AUDIT, RECORDED_CHANGE)
    assert event.at == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert event.scope == f"{ACCOUNT}/{REGION}"
    assert event.service == "ec2.amazonaws.com"
    assert event.touches == ("sg-0a1", f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-0a1", "front")
    assert changes(event) == [FieldChange("configuration.ipPermissions", [], [OPEN])]
    assert event.summary == "front changed: configuration.ipPermissions"
    assert event.actor.principal is None
    assert json.loads(event.original)["changed_after"] == "2026-03-02T10:00:00Z"


def test_items_of_several_files_in_any_order(tmp_path: Path) -> None:
    (tmp_path / "later.json.gz").write_bytes(gzip.compress(delivered(group(T3, OPEN), group(T2, CLOSED, OPEN))))
    events = read(tmp_path, delivered(group(T1, CLOSED)))
    assert [event.at.hour for event in events] == [12, 15]
    assert changes(events[1]) == [FieldChange("configuration.ipPermissions", [CLOSED], [])]


def test_the_answer_of_the_api_says_the_same(tmp_path: Path) -> None:
    items = [group(T2, OPEN, tags={"Service": "shop", "Owner": "anna"}), group(T1, CLOSED)]
    answer = json.dumps({"configurationItems": [answered(item) for item in items], "nextToken": "x"}).encode()
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    (by_api,), (by_file,) = read(one, answer), read(two, delivered(*items))
    assert changes(by_api) == changes(by_file)
    assert (by_api.id, by_api.touches, by_api.scope) == (by_file.id, by_file.touches, by_file.scope)
    assert FieldChange("tags.Owner", None, "anna") in changes(by_api)


def test_what_comes_and_goes(tmp_path: Path) -> None:
    made = group(T1, CLOSED, status="ResourceDiscovered", resourceCreationTime=T1)
    gone = group(T2, status="ResourceDeleted", configuration=None)
    back = group(T3, OPEN, status="ResourceDiscovered")
    events = read(tmp_path, delivered(made, gone, back))
    assert [changes(event)[0] for event in events] == [
        FieldChange("", None, "sg-0a1"), FieldChange("", "sg-0a1", None), FieldChange("", None, "sg-0a1")
    ]  # fmt: skip
    assert events[1].summary == "front was deleted"


def test_what_was_there_before_the_recorder_was_not_made_then(tmp_path: Path) -> None:
    found = group(T1, status="ResourceDiscovered", resourceCreationTime="2024-01-01T00:00:00Z")
    assert read(tmp_path, delivered(found)) == []


def test_neither_relations_nor_use_are_changes(tmp_path: Path) -> None:
    used = group(T2, CLOSED, relationships=[])
    used["configuration"] |= {"lastModifiedTime": T2, "itemCount": 7, "runningCount": 3}
    assert read(tmp_path, delivered(group(T1, CLOSED), used)) == []


def test_a_single_rule_of_a_list_is_told(tmp_path: Path) -> None:
    wider = rule(443, "10.0.0.0/8", "0.0.0.0/0")
    (event,) = read(tmp_path, delivered(group(T1, OPEN, CLOSED), group(T2, OPEN, wider)))
    assert FieldChange("configuration.ipPermissions[1].ipv4Ranges", [], [{"cidrIp": "0.0.0.0/0"}]) in changes(event)


def test_documents_in_texts_are_looked_into() -> None:
    def policy(*actions: str) -> str:
        return json.dumps({"Statement": [{"Sid": "a", "Effect": "Allow", "Action": list(actions)}]})

    encoded = policy("s3:*").replace("{", "%7B").replace('"', "%22")
    (change,) = moved({"policy": policy("s3:Get*")}, {"policy": encoded})
    assert change == FieldChange("policy.Statement[0].Action", ["s3:Get*"], ["s3:*"])


def test_secrets_are_masked() -> None:
    def database(secret: str) -> dict[str, Any]:
        return {"masterUserPassword": secret, "env": [{"name": "DB_PASSWORD", "value": secret}, {"name": "x"}]}

    found = list(moved(database("summer"), database("winter")))
    assert [change.path for change in found] == ["env[0].value", "masterUserPassword"]
    assert {change.before for change in found} == {change.after for change in found} == {"(sensitive)"}


@pytest.mark.parametrize("wrapped", ["bare", "events", "sns", "rule"])
def test_notifications(tmp_path: Path, wrapped: str) -> None:
    message: dict[str, Any] = {
        "messageType": "ConfigurationItemChangeNotification",
        "notificationCreationTime": T2,
        "configurationItemDiff": {
            "changeType": "UPDATE",
            "changedProperties": {
                "Configuration.IpPermissions.0": {"previousValue": None, "updatedValue": OPEN, "changeType": "CREATE"},
                "Relationships.0": {"previousValue": {}, "updatedValue": None, "changeType": "DELETE"},
            },
        },
        "configurationItem": answered(group(T2, OPEN)),
    }
    text = json.dumps(message)
    document: Any = {
        "bare": message,
        "events": {"source": "aws.config", "detail-type": "Config Configuration Item Change", "detail": message},
        "sns": {"Type": "Notification", "Message": text},
        "rule": {"invokingEvent": text, "ruleParameters": "{}"},
    }[wrapped]
    (event,) = read(tmp_path, json.dumps(document).encode(), delivered(group(T1), group(T2, OPEN)))
    assert changes(event) == [FieldChange("Configuration.IpPermissions.0", None, OPEN)]


def test_what_is_damaged_is_counted_and_the_rest_is_used(tmp_path: Path) -> None:
    context = Context()
    good = [group(T1, CLOSED), group(T2, OPEN)]
    bad: list[Any] = [{"resourceType": "AWS::S3::Bucket"}, group("soon"), "text", group(T2, OPEN)]
    damaged = [group(T1, id_="sg-2"), group(T2, id_="sg-2", configuration="{half")]
    contents = [delivered(*good, *bad, *damaged), delivered(*good)[:-20], b'{"Records": []}', delivered()]
    events = read(tmp_path, *contents, context=context)
    assert [event.touches[0] for event in events] == ["sg-0a1"]
    # Three items that cannot be read, one that is there twice, a damaged one, a file cut short, one of something else.
    assert context.skipped == 7


values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["a", "b", "{", '{"a": 1}', "%7B%7D"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "x", "y z"]), inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_nothing_moved_between_a_value_and_itself(value: Any) -> None:
    assert list(moved(value, value)) == []


@given(values, values)
def test_what_moved_one_way_moves_back(before: Any, after: Any) -> None:
    assert bool(list(moved(before, after))) == bool(list(moved(after, before)))
