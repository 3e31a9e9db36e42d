"""What can be done in a conversation with the assistant."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, MOVE, SEE, WINDOW, Action, Situation


def _asked(now: Situation) -> str:
    return "" if now.listed else "Nothing has been asked yet; a asks"


ACTIONS: Sequence[Action] = (
    Action("ask_here", DO, "Type a question", ("a",), hint="ask"),
    Action("next_question", MOVE, "The next question", ("right_square_bracket",), why_not=_asked),
    Action("previous_question", MOVE, "The question before", ("left_square_bracket",), why_not=_asked),
    Action("tear_question", WINDOW, "The question and its answer in a window of their own", ("o",), hint="window",
           why_not=_asked),
    Action("copy_answer", DO, "Copy the answer, with what it rests on", ("y",), hint="copy", why_not=_asked),
    Action("note_answer", DO, "Note the question and its answer in the war room", ("n",), why_not=_asked),
    Action("show_prompt", SEE, "What would be sent to a model for the question",
           ("ctrl+o",)),
    Action("new_conversation", SEE, "Begin anew: nothing said so far is pointed to", ("c",), hint="anew",
           why_not=_asked),
)  # fmt: skip
