"""A conversation checks what a backend says against what the tools returned, whatever the backend."""

from collections.abc import Callable, Iterator

import pytest

from engine.assistant.conversation import Conversation, Focus, Offered, Piece, Said, Style, Turn
from engine.assistant.facts import DriftFact
from engine.assistant.tools import Tools
from engine.errors import DriftGuardError
from engine.model import Action, Actor, ActorKind, Recommendation
from tests.support.samples import at, make_drift, make_report

REPORT = make_report("s1", 20, make_drift("abc123", changed_at=at(-30), actor=Actor("mia", ActorKind.HUMAN)))


class Scripted:
    """A backend that says what it is told to."""

    name = says = "scripted"
    is_remote = False

    def __init__(self, script: Callable[[Turn, Tools], Iterator[Piece]]) -> None:
        self._script = script

    def answer(self, turn: Turn, tools: Tools) -> Iterator[Piece]:
        return self._script(turn, tools)


def saying(*pieces: Piece) -> Conversation:
    def script(_: Turn, tools: Tools) -> Iterator[Piece]:
        tools.call("show_drift", drift="abc123")
        yield from pieces

    return Conversation(Scripted(script))


def test_a_claim_that_cites_what_a_tool_returned_is_verified() -> None:
    [sentence] = saying(Said("Mia did it [d:abc123].")).ask("who?", REPORT)
    assert (sentence.cites, sentence.unverified) == (("d:abc123",), False)


@pytest.mark.parametrize(
    "said", ["Mia did it.", "Mia did it [d:ffffff].", "Mia did it [d:abc123], with Max [e:made-up]."]
)
def test_a_claim_that_cites_nothing_or_what_nobody_returned_is_not(said: str) -> None:
    [sentence] = saying(Said(said)).ask("who?", REPORT)
    assert sentence.unverified
    assert "ffffff" not in sentence.text
    assert "made-up" not in sentence.text


def test_what_says_nothing_of_the_estate_needs_no_source() -> None:
    conversation = saying(Said("I do not understand that question.", claim=False))
    assert [sentence.unverified for sentence in conversation.ask("?", REPORT)] == [False]
    assert conversation.answers[-1].is_verified


def test_a_command_is_only_trusted_that_is_recommended() -> None:
    advice = Recommendation("r1", Action.REVERT, "Revert", "", 0.9, ("terraform plan -out=p\nterraform apply p",))
    report = make_report("s1", 20, make_drift("abc123", recommendations=(advice,)))

    def script(_: Turn, tools: Tools) -> Iterator[Piece]:
        tools.call("recommendations", drift="abc123")
        yield from (Said("terraform apply p", Style.COMMAND), Said("terraform destroy", Style.COMMAND))

    conversation = Conversation(Scripted(script))
    assert [sentence.unverified for sentence in conversation.ask("?", report)] == [False, True]


def test_a_search_can_be_cited_too() -> None:
    [sentence] = saying(Said("There is one such drift [t:1].")).ask("how many?", REPORT)
    assert not sentence.unverified


def test_the_answer_has_the_facts_that_are_cited() -> None:
    conversation = saying(Said("Mia did it [d:abc123]."), Offered(("why?",)))
    list(conversation.ask("who?", REPORT))
    [answer] = conversation.answers
    fact = answer.facts["d:abc123"]
    assert isinstance(fact, DriftFact)
    assert (fact.actor, answer.next) == ("mia", ("why?",))
    assert [(call.tool, call.rows) for call in answer.looked] == [("show_drift", 1)]


def test_what_was_returned_for_an_earlier_question_can_still_be_cited() -> None:
    def script(turn: Turn, tools: Tools) -> Iterator[Piece]:
        if turn.question == "first":
            tools.call("show_drift", drift="abc123")
        yield Said("Mia did it [d:abc123].")

    conversation = Conversation(Scripted(script))
    list(conversation.ask("first", REPORT))
    [sentence] = conversation.ask("second", REPORT)
    assert not sentence.unverified


def test_the_next_question_points_to_what_was_talked_about_until_another_drift_is_selected() -> None:
    seen: list[tuple[str, ...]] = []

    def script(turn: Turn, _: Tools) -> Iterator[Piece]:
        seen.append(turn.focus.drifts)
        yield Focus(("talked-of",))

    conversation = Conversation(Scripted(script))
    for drift in ("one", "one", "two"):
        list(conversation.ask("?", REPORT, drift=drift))
    assert seen == [("one",), ("talked-of",), ("two",)]


def test_a_question_that_is_given_up_counts_as_never_asked() -> None:
    conversation = saying(Said("One [d:abc123]."), Said("Two [d:abc123]."), Focus(("other",)))
    sentences = conversation.ask("who?", REPORT)
    next(sentences)
    sentences.close()
    assert (conversation.answers, conversation.focus) == ([], Focus())


def test_an_error_of_a_tool_reaches_whoever_asked() -> None:
    def script(_: Turn, tools: Tools) -> Iterator[Piece]:
        tools.call("delete_everything")
        yield Said("")

    with pytest.raises(DriftGuardError, match="there is no tool 'delete_everything'"):
        list(Conversation(Scripted(script)).ask("?", REPORT))
