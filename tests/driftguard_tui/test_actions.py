"""One table says what can be done: it has no gaps and no quarrels."""

from collections import Counter

import pytest

from driftguard_tui.actions import ACTIONS, BY_ID, Situation
from driftguard_tui.app import DriftGuardApp
from driftguard_tui.commands import CommandError, completions, resolve
from driftguard_tui.screens.estate import EstateScreen
from tests.support.reports import a_report


def test_no_key_and_no_name_means_two_things() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert [key for key, times in keys.items() if times > 1] == []
    assert len({action.name for action in ACTIONS}) == len(ACTIONS) == len(BY_ID)


def test_every_action_is_carried_out_by_someone() -> None:
    for action in ACTIONS:
        assert hasattr(EstateScreen, action.handler) or hasattr(DriftGuardApp, action.handler), action.id


def test_an_action_that_cannot_be_had_says_why() -> None:
    empty = Situation(screen="estate", pane="list")
    assert BY_ID["open"].why_not(empty) == "No drift is selected"
    assert BY_ID["sort_time"].why_not(empty) == "There is no drift in the list"
    assert "config init" in BY_ID["rescan"].why_not(empty)
    drift = a_report().drifts[0]
    full = Situation(screen="estate", pane="list", listed=1, drift=drift, sources=1)
    assert all(not action.why_not(full) for action in ACTIONS)
    elsewhere = Situation(screen="sources", sources=1)
    assert "esc goes back" in BY_ID["filter"].why_not(elsewhere)


@pytest.mark.parametrize(
    ("typed", "action", "argument"),
    [
        ("quit", "quit", ""),
        ("q", "quit", ""),
        ("resc", "rescan", ""),
        ("sort time", "sort_time", ""),
        ("filter cause:emergency  x", "filter", "cause:emergency x"),
        ("f kind:missing", "filter", "kind:missing"),
        ("theme ansi", "theme", "ansi"),
    ],
)
def test_what_is_typed_becomes_an_action(typed: str, action: str, argument: str) -> None:
    found, given = resolve(typed)
    assert (found.id, given) == (action, argument)


@pytest.mark.parametrize(
    ("typed", "reason"), [("xyz", "is no command"), ("s", "could be"), ("quit now", "takes no argument")]
)
def test_what_is_no_command_says_so(typed: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        resolve(typed)


def test_commands_and_their_arguments_complete() -> None:
    themes = {"theme": ("ansi", "calm")}
    assert completions("the", themes) == ["theme"]
    assert completions("theme ", themes) == ["theme ansi", "theme calm"]
    assert completions("theme c", themes) == ["theme calm"]
    assert "filter severity:" in completions("filter ", themes)
    assert completions("filter kind:missing se", themes) == ["filter kind:missing severity:"]
