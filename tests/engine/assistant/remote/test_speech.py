"""What a model says becomes whole sentences, however it is cut into pieces on the way."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.assistant.conversation import Said, Style
from engine.assistant.remote.handles import Handles
from engine.assistant.remote.speech import Speech

ANSWER = """## What happened
Mia opened port 22 at 03:12 UTC [f1]. That is v1.2.3 of e.g. the rule. Was it planned? Nobody says so.
- It was refused before. [f2]
- 0.0.0.0/0 is allowed

```
terraform apply
```
$ aws s3 ls
1. Ask her."""


def said(pieces: list[str]) -> list[Said]:
    speech = Speech(Handles())
    return [one for piece in pieces for one in speech.add(piece)] + list(speech.end())


def test_headings_questions_items_and_commands_are_told_apart() -> None:
    told = [(one.text, one.style, one.claim) for one in said([ANSWER])]
    assert told == [
        ("What happened", Style.PROSE, False),
        ("Mia opened port 22 at 03:12 UTC [f:f1].", Style.PROSE, True),
        ("That is v1.2.3 of e.g. the rule.", Style.PROSE, True),
        ("Was it planned?", Style.PROSE, False),
        ("Nobody says so.", Style.PROSE, True),
        ("It was refused before. [f:f2]", Style.ITEM, True),
        ("0.0.0.0/0 is allowed", Style.ITEM, True),
        ("terraform apply", Style.COMMAND, True),
        ("aws s3 ls", Style.COMMAND, True),
        ("Ask her.", Style.ITEM, True),
    ]


@given(st.lists(st.integers(0, len(ANSWER)), max_size=30))
def test_it_does_not_matter_where_it_is_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    pieces = [ANSWER[first:last] for first, last in pairwise(places)]
    assert said(pieces) == said([ANSWER])


@given(st.text(max_size=300))
def test_nothing_that_is_said_is_lost(text: str) -> None:
    kept = "".join(one.text for one in said([text]))
    letters = [letter for letter in text.replace("**", "") if letter.isalpha()]
    assert [letter for letter in kept if letter.isalpha()] == letters
