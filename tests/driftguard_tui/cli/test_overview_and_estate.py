"""`driftguard overview` and `driftguard estate`: how an estate stands, and what there is."""

import json
from pathlib import Path

import pytest

from engine.model import DriftKind, Level, ResourceRef
from engine.store import open_stores
from tests.support.command import driftguard
from tests.support.sample_report import HOSTILE
from tests.support.samples import at, make_drift, make_report, make_state

STRAY = ResourceRef("aws", "aws_instance", "i-9", "111122223333/eu-west-1", "", HOSTILE)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two scans: at noon one drift, an hour later another one beside it and a stray machine."""
    folder = tmp_path / "store"
    first = make_drift("a")
    second = make_drift("b", level=Level.LOW, score=3, detected_at=at(60))
    stray = make_drift("c", resource=STRAY, kind=DriftKind.UNMANAGED, level=Level.LOW, score=2, detected_at=at(60))
    states = [make_state(f"sg-{name}", side) for name in "ab" for side in ("declared", "actual")]
    with open_stores(folder) as stores:
        stores.record_scan(make_report("s1", 0, first), states)
        stores.record_scan(make_report("s2", 60, first, second, stray), states)
    return folder


class TestOverview:
    def test_as_text(self, store: Path) -> None:
        status, out, err = driftguard("overview", "--store", store, "--since", f"{at(0):%Y-%m-%dT%H:%M:%SZ}")

        assert (status, err) == (0, "")
        assert "3 drifts" in out
        assert "◆ critical  1" in out
        assert "2 new (2 low), 0 resolved" in out
        assert "found 1 h after the change in the median" in out
        assert "account" in out
        assert "\x1b" not in out

    def test_as_json_at_an_earlier_time(self, store: Path) -> None:
        out = driftguard(
            "overview", "--store", store, "--as-of", f"{at(30):%Y-%m-%dT%H:%M:%SZ}", "--format", "json"
        ).out

        found = json.loads(out)
        assert found["standing"]["counts"] == [{"level": "critical", "cause": "unauthorized_change", "drifts": 1}]
        assert [point["open"] for point in found["course"]["trend"]][-1] == [0, 0, 0, 1]

    def test_without_a_scan_it_says_what_to_do(self, store: Path) -> None:
        status, _, err = driftguard("overview", "--store", store, "--estate", "elsewhere")
        assert status == 1
        assert "no scan of 'elsewhere'" in err


class TestEstate:
    def test_as_text_down_to_resources(self, store: Path) -> None:
        status, out, err = driftguard("estate", "--store", store, "--depth", "4")

        assert (status, err) == (0, "")
        lines = out.splitlines()
        assert lines[1].split()[-7:] == ["2", "2", "2", "◆", "critical", "1", "67%"]
        assert lines[2].startswith("111122223333/eu-west-1 ")
        assert any(line.startswith("      aws_security_group.sg-a ") for line in lines)
        assert any(line.startswith("  (not in code) ") for line in lines)
        assert "\x1b" not in out

    def test_only_what_drifted_in_one_scope_as_lines_of_json(self, store: Path) -> None:
        asked = ("estate", "--store", store, "--scope", "111122223333", "--drifted", "--format", "ndjson")
        nodes = [json.loads(line) for line in driftguard(*asked).out.splitlines()]
        assert [node["path"] for node in nodes] == [
            ["111122223333/eu-west-1"],
            ["111122223333/eu-west-1", ""],
            ["111122223333/eu-west-1", None],
        ]
        assert nodes[0]["worst"] == "critical"
        assert driftguard("estate", "--store", store, "--scope", "999", "--format", "ndjson").out == ""

    def test_at_a_time_before_every_scan_it_says_what_to_do(self, store: Path) -> None:
        status, _, err = driftguard("estate", "--store", store, "--as-of", "2020-01-01")
        assert status == 1
        assert "no scan" in err
