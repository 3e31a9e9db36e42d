"""Events whose every text tries to be more than text: nothing of it reaches a terminal as something to obey."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.support import trail
from tests.support.command import driftguard
from tests.support.event_samples import SAMPLES, Sample
from tests.support.reports import HOSTILE
from tests.support.small_bundle import URL, write_bundle
from tests.support.tampering import leaves, replaced, value_at

_TEXTS = (*(text.replace("\udcff", "\ufffd") for text in HOSTILE), "soft\u00adhyphen\U000e0041tag")
#: What tells one record from another, or how it is to be read.
_KEPT = (
    "created",
    "updated",
    "stage",
    "verb",
    "statevalue",
    "id",
    "uid",
    "key",
    "time",
    "timestamp",
    "at",
    "date",
    "datetime",
    "on",
    "name",
    "type",
    "url",
    "kind",
)


def _hostile(sample: Sample) -> list[Any]:
    """The records with something hostile at the end of every text that is not needed to read them."""
    changed = []
    for number, record in enumerate(sample.records):
        for place, path in enumerate(leaves(record)):
            last = str(path[-1]).lower()
            if isinstance(value_at(record, path), str) and not last.endswith(_KEPT):
                text = _TEXTS[(number + place) % len(_TEXTS)]
                record = replaced(record, path, f"{value_at(record, path)} {text}")
        changed.append(record)
    return changed


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stores of a scan of an estate with a drifted queue, whose every source of events is hostile."""
    bundle = write_bundle(tmp_path_factory.mktemp("hostile"), live={"VisibilityTimeout": "900"})
    for number, sample in enumerate(SAMPLES):
        file = bundle / sample.folder / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sample.file(_hostile(sample)))
    for number, text in enumerate(_TEXTS):
        call = trail.record(
            "SetQueueAttributes",
            {"queueUrl": URL, "attributes": {"VisibilityTimeout": "900", text: text}},
            eventID=f"{number}{text}",
            eventTime=f"2026-03-14T08:5{number}:00Z",
            eventSource="sqs.amazonaws.com",
            userAgent=text,
            sourceIPAddress=text,
            userIdentity=trail.session(text, f"{text}@shop.example"),
            errorCode=text if number % 2 else None,
        )
        (bundle / "cloudtrail" / f"queue{number}.json").write_text(json.dumps(call))
    long = trail.record("SetQueueAttributes", {"queueUrl": URL, "note": "y" * 1_000_000}, eventID="long")
    (bundle / "cloudtrail" / "long.json").write_text(json.dumps(long))
    folder = tmp_path_factory.mktemp("store")
    for form in ("table", "json", "ndjson", "sarif", "markdown"):
        outcome = driftguard("scan", "--bundle", bundle, "--store", folder, "--format", form)
        assert outcome.status == 2
        _assert_harmless(outcome.out)
        _assert_harmless(outcome.err)
    return folder


def test_no_command_lets_a_terminal_obey_what_happened(store: Path) -> None:
    [drift] = json.loads(driftguard("drifts", "list", "--store", store, "--format", "json").out)
    span = ("--from", "2026-03-01T00:00:00Z", "--to", "2026-04-01T00:00:00Z")
    told = 0
    for command in (
        ("drifts", "show", drift["id"]),
        ("timeline", *span),
        ("timeline", *span, "--format", "ndjson"),
        ("timeline", "--around", drift["id"]),
        ("correlations", "list"),
        ("correlations", "list", "--format", "json"),
    ):
        outcome = driftguard(*command, "--store", store)
        assert outcome.status in (0, 2), outcome.err
        _assert_harmless(outcome.out)
        told += len(outcome.out)
    assert told > 10_000


def _assert_harmless(shown: str) -> None:
    """No character that a terminal would obey, and none that hides or reorders others, is in a text."""
    obeyed = {
        character for character in set(shown) if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }
    # Families of emoji are joined by an invisible character, which does nothing else.
    assert obeyed <= {"\n", "\u200d"}, sorted(obeyed)
