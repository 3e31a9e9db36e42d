"""The built-in analyst: answers in words from local data, the same question in the same way, with no model.

A question is read by words and slots, its subject looked up by the tools, and each sentence made of what they returned.
"""

from collections.abc import Callable, Iterator

from engine.assistant.analyst.answers import advice, analysis, causes, drifts, estate, people, records, spans
from engine.assistant.analyst.query import Query, which
from engine.assistant.analyst.sentences import name, remark, say, when
from engine.assistant.analyst.subject import AROUND, Subject, span_around, subject_of
from engine.assistant.analyst.times import read_times
from engine.assistant.analyst.understanding import Asked, table, understand
from engine.assistant.conversation import Focus, Offered, Piece, Turn
from engine.assistant.tools import Tools

Handler = Callable[[Query], Iterator[Piece]]

_ANSWERS: dict[str, Handler] = {
    "act": advice.act, "analyse": analysis.analyse, "audit": records.audit, "around": spans.around,
    "bad": advice.bad, "compare": spans.compare,
    "coverage": estate.coverage, "did": people.did, "evidence": causes.evidence, "fix": advice.fix,
    "help": estate.help_, "history": drifts.history, "incidents": spans.incidents, "list": estate.list_,
    "metrics": spans.metrics, "refute": analysis.refute, "related": people.related, "request": records.requests,
    "since": spans.since,
    "sources": estate.sources, "summary": estate.summary, "what": drifts.what, "when": drifts.when_,
    "who": drifts.who, "why": causes.why, "worst": estate.worst,
}  # fmt: skip

#: What could be asked next, after an answer about a drift and about anything else.
_NEXT = {
    "who": ("why?", "what else did they do?", "how do we know?"),
    "what": ("who did it?", "why?", "how bad is it?"),
    "when": ("who did it?", "what else happened then?", "why?"),
    "why": ("how do we know?", "what should I do?", "what else happened then?"),
    "bad": ("what should I do?", "is it related to anything?", "why?"),
    "fix": ("how bad is it?", "is there a request for it?", "why?"),
    "analyse": ("how bad is it?", "what else happened then?", "how do we know?"),
    "refute": ("how do we know?", "what should I do?"),
    "evidence": ("what should I do?", "what else happened then?"),
    "around": ("who did it?", "summarise the estate"),
    "summary": ("what is worst?", "what changed since yesterday?", "how much is covered by code?"),
    "worst": ("who did it?", "why?", "what should I do?"),
}
#: What is offered before anything was asked, for a drift and for the estate.
ABOUT_A_DRIFT = (
    "Analyse it", "What changed?", "Who did it, and when?", "Why?", "How bad is it?", "What should I do?",
    "What else happened then?",
)  # fmt: skip
ABOUT_THE_ESTATE = (
    "Summarise the estate", "What is worst?", "What changed since yesterday?", "Which drifts are critical?",
    "What can I ask?",
)  # fmt: skip


class Analyst:
    """A backend that is always there."""

    name = "built-in analyst"
    says = "built-in analyst: answers from local data, no model"
    is_remote = False

    def answer(self, turn: Turn, tools: Tools) -> Iterator[Piece]:
        """The answer; of what it does not understand it says so."""
        now = tools.known.report.scan.as_of
        anchor = turn.focus.span[0] + AROUND if turn.focus.span else None
        asked = understand(read_times(turn.question, now, anchor))
        intent = _intent(asked)
        subject = subject_of(asked, turn.focus, tools) if _has_subject(asked, intent) else Subject()
        if intent == "what" and asked.intent is None and not subject.drifts and subject.person is None:
            yield from _lost()
            return
        query = Query(asked, subject, turn.focus, tools, now)
        if intent == "list" and subject.pointed:
            query = Query(asked, Subject(), turn.focus, tools, now)
        if _needs(intent) == "drift" and not subject.drifts and intent != "act":
            yield from which(query)
            return
        if subject.misread:
            yield remark(f"I take {', '.join(f'“{said}” for “{meant}”' for said, meant in subject.misread)}.")
        yield _focus(subject)
        yield from _not_then(query)
        yield from _ANSWERS[intent](query)
        yield Offered(_NEXT.get(intent, ()))


def _intent(asked: Asked) -> str:
    """The intent, as its slots make it: what changed is another question where a time is said and nothing is named."""
    if asked.is_order:
        return "act"
    told = asked.intent.name if asked.intent else ("since" if asked.times.how and not asked.names else "what")
    if asked.times.how and told in ("what", "list") and not asked.names and not asked.points:
        return "since"
    if asked.cause is not None and told in ("fix", "what", "summary") and asked.words[0] in ("was", "is", "could"):
        return "why"
    if asked.times.how and told == "summary" and not asked.names:
        return "around"
    if told == "since" and not asked.times.how and asked.names:
        return "what"
    return told


def _needs(intent: str) -> str:
    return next(known.about for known in table().intent if known.name == intent)


def _has_subject(asked: Asked, intent: str) -> bool:
    return _needs(intent) != "estate" or bool(asked.names) or asked.points


def _focus(subject: Subject) -> Focus:
    actor = (
        subject.person.principal if subject.person else next((one.actor for one in subject.drifts if one.actor), None)
    )
    return Focus(
        tuple(drift.drift for drift in subject.drifts), person=actor or "", span=span_around(subject.drifts[:1])
    )


def _not_then(query: Query) -> Iterator[Piece]:
    """A drift was named with a time, and came about at another."""
    times = query.asked.times
    if not times.how or len(query.drifts) != 1 or query.subject.pointed:
        return
    [drift] = query.drifts
    first, last = (times.first or drift.at), (times.last or drift.at)
    if drift.at and first and last and not first - AROUND <= drift.at <= last + AROUND:
        yield say(f"{name(drift)} did not drift at that time, but {when(drift.at)}", drift)


def _lost() -> Iterator[Piece]:
    yield remark("I do not understand that question.")
    yield remark("Ask what changed, who did it, when, why, how bad it is or what to do; “what can I ask?” tells more.")
    yield Offered(ABOUT_THE_ESTATE)
