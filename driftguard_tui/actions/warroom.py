"""What can be done in a war room, in whatever workspace one is."""

from collections.abc import Sequence

from driftguard_tui.actions.action import ROOM, Action, Situation


def _on(now: Situation) -> str:
    return "" if now.room else "No war room is open; a note, a pin or a decision opens one"


def _replaying(now: Situation) -> str:
    return "" if now.replaying else "Nothing is being replayed; `:replay` goes through the last war room"


ACTIONS: Sequence[Action] = (
    Action("note", ROOM, "Note something, on the selected drift", ("I",), argument="TEXT"),
    Action("pin", ROOM, "Pin what is under the cursor, or unpin it", ("P",), argument="TIME"),
    Action("decide", ROOM, "Record what was decided", ("D",), argument="TEXT"),
    Action("board", ROOM, "Notes, pins and decisions in a window", ("B",)),
    Action("war_room", ROOM, "Open a war room, under a name", command="warroom", argument="NAME"),
    Action("end_room", ROOM, "End the war room", command="warroom-end", why_not=_on),
    Action(
        "export_room", ROOM, "Write it as a report: NAME.html or NAME.md", command="warroom-export", argument="FILE"
    ),
    Action("replay", ROOM, "Go through the last war room again", argument="SPEED"),
    Action("replay_next", ROOM, "The next step", ("right_curly_bracket",), why_not=_replaying),
    Action("replay_previous", ROOM, "The step before", ("left_curly_bracket",), why_not=_replaying),
    Action("replay_pause", ROOM, "Hold it, or go on", ("backslash",), why_not=_replaying),
    Action("replay_stop", ROOM, "End the replay", ("vertical_line",), why_not=_replaying),
)
