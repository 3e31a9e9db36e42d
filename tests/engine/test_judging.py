"""A user's own `severity.toml` goes over the shipped rules; severity, risk and advice go by it in a scan."""

import asyncio
from pathlib import Path

import pytest

from engine.config import bundle_config, load_config
from engine.errors import ConfigError
from engine.judging import Judging, load_judging
from engine.model import Attribution, Category, Cause, Change, Difference, DriftKind, Environment, Freeze, ResourceRef
from engine.pipeline import scan
from ml.severity import assess_severity
from ml.severity_rules import load_rules
from ml.surroundings import surroundings_of
from tests.support.small_bundle import write_bundle

UNSURE = Cause(Category.MANUAL_TROUBLESHOOTING, 0.3, (0.0, 1.0), dict.fromkeys(Category, 0.2), "test@1")
TAG = Difference(
    ResourceRef("aws", "aws_instance", "i-1", "123456789012/eu-west-1"),
    DriftKind.MODIFIED,
    (Change("tags.Owner", "a", "b"),),
)


def judging(folder: Path, text: str) -> Judging:
    (folder / "severity.toml").write_text(text)
    return load_judging(folder)


def test_without_a_file_the_shipped_tables_are_used(tmp_path: Path) -> None:
    assert load_judging(tmp_path) == load_judging(None) == Judging()


def test_a_rule_of_ones_own_and_a_changed_one(tmp_path: Path) -> None:
    own = judging(
        tmp_path,
        """
        [[rules]]
        id = "OWN-1"
        types = ["aws_instance"]
        paths = ["tags.Owner"]
        compliance = 75
        reason = "Nobody answers for it"

        [[rules]]
        id = "DG-CMP-001"
        cost = 99
        """,
    )
    severity = assess_severity(TAG, UNSURE, Attribution(), book=own.book)

    assert severity.reasons == ("Nobody answers for it: tags.Owner (OWN-1)",)
    assert severity.dimensions.compliance == 75
    assert own.book is not None
    changed = {rule.id: rule for rule in own.book.rules}["DG-CMP-001"]
    assert (changed.cost, changed.reason) == (99, {rule.id: rule for rule in load_rules()}["DG-CMP-001"].reason)


def test_levels_and_circumstances(tmp_path: Path) -> None:
    own = judging(tmp_path, '[levels]\nmedium = 20\n[[adjustments]]\nid = "DG-CTX-006"\nenabled = false\n')

    assert assess_severity(TAG, UNSURE, Attribution(), book=own.book).level == "medium"
    assert own.book is not None
    assert "DG-CTX-006" not in {item.id for item in own.book.scale.adjustments}


def test_accounts_are_named(tmp_path: Path) -> None:
    own = judging(tmp_path, '[[environments]]\nis = "production"\nscopes = ["123456789012/*"]\n')

    assert surroundings_of(TAG).environment is Environment.UNKNOWN
    assert surroundings_of(TAG, own.surroundings).environment is Environment.PRODUCTION


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[rules]]\nid = "OWN-1"\n', "rules[0].reason: is missing"),
        ('[[rules]]\nid = "DG-SG-001"\nwhen = "turned"\n', 'rules[0].when: "turned" is not a test; did you mean'),
        ('[[rules]]\nid = "DG-SG-001"\nsecurity = 900\n', "rules[0].security: is 900; give a score from 0 to 100"),
        ('[[rules]]\nid = "DG-SG-001"\ndisruption = 3.0\n', "rules[0].disruption: is 3.0; give a probability"),
        ('[[environments]]\nis = "moon"\n', 'environments[0].is: "moon" is not an environment; there are'),
        ('[[environments]]\nwords = ["x"]\n', "environments[0].is: is missing"),
        ("[colours]\n", "colours: is not a setting; "),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        judging(tmp_path, text)

    assert str(raised.value).startswith(f"severity.toml: {problem}")


class TestScan:
    def test_own_tables_and_freezes_are_gone_by(self, tmp_path: Path) -> None:
        folder = write_bundle(tmp_path / "bundle", live={"VisibilityTimeout": "900"})
        tables = folder / "providers"
        tables.mkdir()
        (tables / "severity.toml").write_text('[[environments]]\nis = "production"\nscopes = ["*"]\n')
        (tables / "policies.toml").write_text(
            '[[cautions]]\nid = "frozen"\ntext = "Frozen: {freeze}."\nlikeliest = []\n'
            '[[policies]]\nid = "own-revert"\nkinds = ["modified"]\naction = "revert"\nfactor = 1.0\nrole = "admin"\n'
            'title = "Put {what} back"\nrationale = "We always do."\ncommands = ["check"]\n'
        )
        (folder / "driftguard.toml").write_text('[[freeze]]\nreason = "audit"\nuntil = 2099-01-01T00:00:00Z\n')
        report = asyncio.run(scan(bundle_config(folder)))
        advice = [
            item for drift in report.drifts for item in drift.recommendations if item.action in ("revert", "adopt")
        ]

        assert {drift.surroundings.environment for drift in report.drifts} == {Environment.PRODUCTION}
        assert advice
        assert all("Frozen: audit." in item.rationale for item in advice)

    def test_a_table_that_cannot_be_used_ends_the_scan(self, tmp_path: Path) -> None:
        folder = write_bundle(tmp_path / "bundle")
        (folder / "driftguard.toml").touch()
        (folder / "providers").mkdir()
        (folder / "providers" / "policies.toml").write_text('[[policies]]\nid = "import"\nfactor = "x"\n')

        with pytest.raises(ConfigError, match=r"policies.toml: policies\[0\].factor: expected a number"):
            asyncio.run(scan(bundle_config(folder)))


class TestFreezes:
    def configured(self, folder: Path, text: str) -> tuple[Freeze, ...]:
        file = folder / "driftguard.toml"
        file.write_text(text)
        return load_config(file).freezes

    def test_they_are_configured(self, tmp_path: Path) -> None:
        text = 'reason = "weekend"\ndays = ["sat", "sun"]\nenvironments = ["production"]\nscopes = ["1*"]\n'
        (freeze,) = self.configured(tmp_path, f"[[freeze]]\n{text}")

        assert freeze == Freeze(
            reason="weekend", days=("sat", "sun"), environments=(Environment.PRODUCTION,), scopes=("1*",)
        )

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("days = ['sat']", "freeze[0].reason: is missing"),
            ("reason = 'x'", "freeze[0]: says no time; give `from` and `until`, or `days`"),
            ("reason = 'x'\ndays = ['weekend']", 'freeze[0].days[0]: "weekend" is not a day'),
            ("reason = 'x'\nfrom = 2026-12-18T16:00:00", "freeze[0].from: has no offset from UTC"),
            (
                "reason = 'x'\ndays = ['sat']\nenvironments = ['prod']",
                "freeze[0].environments[0]: expected one of production",
            ),
        ],
    )
    def test_a_mistake_is_one_line_with_file_and_key(self, tmp_path: Path, text: str, problem: str) -> None:
        with pytest.raises(ConfigError) as raised:
            self.configured(tmp_path, f"[[freeze]]\n{text}\n")

        assert str(raised.value).startswith(f"driftguard.toml: {problem}")
