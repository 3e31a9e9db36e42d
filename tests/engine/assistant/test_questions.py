"""What people ask of the demo estate: the facts of the answers are those of the report."""

import pytest

from driftguard_tui.demo.questions import QUESTIONS, Question, judged
from engine.model import Report
from engine.store import Stores


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: f"{question.text}{question.selected}")
def test_the_answer_has_the_right_facts(question: Question, demo: tuple[Report, Stores]) -> None:
    verdict = judged(question, *demo)
    told = "\n".join(sentence.text for sentence in verdict.answer.sentences)
    assert verdict.wrong == (), told


def test_the_same_question_is_answered_in_the_same_way(demo: tuple[Report, Stores]) -> None:
    question = Question("Summarise the incident")
    assert judged(question, *demo).answer.sentences == judged(question, *demo).answer.sentences
