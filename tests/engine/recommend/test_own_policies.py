"""A user's own `policies.toml` goes over the shipped policies by id, and a bad one says what to mend."""

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.model import Category, Environment, Recommendation, Surroundings
from engine.recommend import own_policies, recommend
from engine.recommend.policies import load_policies
from tests.support.advice import by_policy, drift_of

FIX = drift_of(Category.EMERGENCY_FIX)

NEW = """
[[policies]]
id = "page-the-owner"
action = "escalate"
title = "Page the owner of {what}"
rationale = "Our rule 7: {paths} in production is the owner's business."
factor = 0.99
role = "view"
environments = ["production"]
paths = ["visibility_*"]
commands = ["read"]
"""


def under(folder: Path, text: str) -> dict[str, Recommendation]:
    (folder / "policies.toml").write_text(text)
    drift = drift_of(Category.EMERGENCY_FIX, surroundings=Surroundings(environment=Environment.PRODUCTION))
    return by_policy(recommend(drift, table=own_policies(folder)))


def test_without_a_file_ours_hold(tmp_path: Path) -> None:
    assert own_policies(tmp_path) is own_policies(None) is None


def test_a_row_changes_what_it_gives_and_leaves_the_rest(tmp_path: Path) -> None:
    ours = by_policy(recommend(FIX))["adopt-emergency-fix"]
    found = under(tmp_path, '[[policies]]\nid = "adopt-emergency-fix"\nfactor = 0.5\nrole = "admin"\n')
    changed = found["adopt-emergency-fix"]

    assert (changed.confidence, changed.requires_role) == (0.45, "admin")
    assert (changed.title, changed.commands) == (ours.title, ours.commands)


def test_a_policy_can_be_switched_off(tmp_path: Path) -> None:
    found = under(tmp_path, '[[policies]]\nid = "adopt-emergency-fix"\nenabled = false\n')

    assert "adopt-emergency-fix" not in found
    assert "check-emergency-fix" in found


def test_a_new_policy_is_one_more(tmp_path: Path) -> None:
    found = under(tmp_path, NEW)

    assert next(iter(found)) == "page-the-owner"
    assert found["page-the-owner"].rationale.startswith("Our rule 7: visibility_timeout_seconds in production")
    assert "adopt-emergency-fix" in found


def test_cautions_and_the_least_confidence_can_be_changed(tmp_path: Path) -> None:
    text = 'least = 0.8\n[[cautions]]\nid = "may-disturb"\nactions = ["adopt"]\nrisk_from = 0.0\ntext = "Ask first."\n'
    found = under(tmp_path, text)

    assert list(found) == ["adopt-emergency-fix"]
    assert found["adopt-emergency-fix"].rationale.endswith("Ask first.")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[policies]\n", "is not valid TOML: "),
        ("[[policy]]\n", 'policy: is not a setting; did you mean "policies"?'),
        ("[[policies]]\nfactor = 1.0\n", "policies[0].id: is missing; give the id of a shipped one to change it"),
        ('[[policies]]\nid = "mine"\nfactor = 0.5\n', "policies[0].action: is missing"),
        ('[[policies]]\nid = "import"\nfactor = "high"\n', "policies[0].factor: expected a number, got text"),
        ('[[policies]]\nid = "import"\nfactor = 1.5\n', "policies[0].factor: is 1.5; give a number above 0, up to 1"),
        ('[[policies]]\nid = "import"\naction = "undo"\n', "policies[0].action: expected one of revert, adopt, "),
        ('[[policies]]\nid = "import"\nkinds = ["gone"]\n', "policies[0].kinds[0]: expected one of modified"),
        ('[[policies]]\nid = "import"\nenabled = "no"\n', "policies[0].enabled: expected true or false"),
        ('[[policies]]\nid = "import"\nfaktor = 0.5\n', 'policies[0].faktor: is not a setting; did you mean "factor"?'),
        ('[[policies]]\nid = "import"\ntitle = "{whom}"\n', "policies[0].title: {whom} is not a word that it may name"),
        ('[[policies]]\nid = "import"\ntitle = "{who.x}"\n', "policies[0].title: {who.x} is not a word"),
        ('[[policies]]\nid = "import"\ntitle = "a { b"\n', "policies[0].title: has a single brace; write {{"),
        ('[[policies]]\nid = "import"\ncommands = ["reed"]\n', 'policies[0].commands[0]: "reed" is not a step; did'),
        ('[[policies]]\nid = "import"\npatch = "x"\n', 'policies[0].patch: "x" is not a patch; there are ignore'),
        (NEW + NEW, 'policies[1].id: "page-the-owner" is the id of policies[0] already'),
        ('[[cautions]]\nid = "frozen"\ntimes = 3.0\n', "cautions[0].times: is 3.0; give a number from 0 to 1"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        under(tmp_path, text)

    [line] = str(raised.value).splitlines()
    assert line.startswith(f"policies.toml: {problem}")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        under(tmp_path, '[[policies]]\nid = "import"\nfactor = 7.0\ncommands = ["x"]\n')

    assert len(str(raised.value).splitlines()) == 2


def test_the_shipped_table_is_not_touched(tmp_path: Path) -> None:
    under(tmp_path, '[[policies]]\nid = "adopt-emergency-fix"\nfactor = 0.5\n')

    assert next(item for item in load_policies().policies if item.id == "adopt-emergency-fix").factor == 0.95
