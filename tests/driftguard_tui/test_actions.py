"""One table says what can be done: it has no gaps and no quarrels."""

import pytest
from msgspec.structs import replace

from driftguard_tui.actions import ACTIONS, BY_ID, Situation, clashes, of
from driftguard_tui.commands import CommandError, completions, resolve
from driftguard_tui.workspaces import BY_NAME, WORKSPACES
from engine.model import Role


def test_no_key_and_no_name_means_two_things() -> None:
    assert clashes({}, BY_NAME) == []
    for place in WORKSPACES:
        names = [action.name for action in (*of(""), *of(place.name))]
        assert len(set(names)) == len(names)
    assert len(BY_ID) == len(ACTIONS)


def test_a_keymap_that_quarrels_is_told() -> None:
    assert clashes({"quit": "j"}, BY_NAME) == [
        f"j is the key of down and of quit in {place.name}" for place in WORKSPACES
    ]
    assert clashes({"frobnicate": "u"}, BY_NAME) == ["there is no action 'frobnicate' to give a key"]
    assert clashes({"down": "ctrl+n", "quit": "j"}, BY_NAME) == [], "a key that was given away is free"


def test_an_action_that_cannot_be_had_says_why() -> None:
    empty = Situation(workspace="drifts", pane="list")
    assert BY_ID["copy"].unavailable(empty) == "No drift is selected"
    assert BY_ID["sort_time"].unavailable(empty) == "There is no drift in the list"
    assert "config init" in BY_ID["rescan"].unavailable(empty)
    elsewhere = Situation(workspace="sources", sources=1)
    assert BY_ID["sort_time"].unavailable(elsewhere) == "That belongs to the workspace Drifts"
    assert BY_ID["next_pane"].unavailable(elsewhere) == "There is one pane only"
    assert BY_ID["filter"].unavailable(elsewhere) == "There is nothing to filter here"
    assert not BY_ID["filter"].is_hinted(elsewhere)
    heatmap = Situation(workspace="correlations", pane="heatmap", listed=3)
    assert BY_ID["next_standing_out"].unavailable(heatmap) == "No cell stands out here"


def test_enter_is_hinted_where_it_opens_something() -> None:
    assert BY_ID["open"].is_hinted(Situation(workspace="drifts", pane="list"))
    assert not BY_ID["open"].is_hinted(Situation(workspace="drifts", pane="detail"))


def test_a_role_may_do_what_it_may_and_no_more() -> None:
    approve = replace(BY_ID["quit"], role=Role.ADMIN)
    viewer = Situation(workspace="drifts", role=Role.VIEW)
    assert approve.unavailable(viewer) == "That takes the role admin; yours is view"
    assert approve.unavailable(Situation(workspace="drifts", role=Role.ADMIN)) == ""
    assert "--readonly" in approve.unavailable(Situation(workspace="drifts", role=Role.ADMIN, read_only=True))
    assert BY_ID["quit"].unavailable(viewer) == ""


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
    ("typed", "reason"), [("xyz", "is no command"), ("so", "could be"), ("quit now", "takes no argument")]
)
def test_what_is_no_command_says_so(typed: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        resolve(typed)


def test_commands_and_their_arguments_complete() -> None:
    themes = {"theme": ("ansi", "calm"), "filter": ("severity:", "kind:")}
    assert completions("the", themes) == ["theme"]
    assert completions("theme ", themes) == ["theme ansi", "theme calm"]
    assert completions("theme c", themes) == ["theme calm"]
    assert "filter severity:" in completions("filter ", themes)
    assert completions("filter kind:missing se", themes) == ["filter kind:missing severity:"]
