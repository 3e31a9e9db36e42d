"""Questions over the demo estate, and what a right answer to each has in it: facts, never wording.

By them whatever answers is measured: the built-in analyst in the tests, a model by `driftguard ask --evaluate`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from driftguard_tui.demo.truth import TRUTH
from engine.assistant.analyst import Analyst
from engine.assistant.conversation import MARK, Answer, Backend, Conversation
from engine.assistant.facts import DriftFact
from engine.assistant.making import moment
from engine.model import Drift, Report
from engine.store import Stores

_BY_STORY = {truth.story: truth for truth in TRUTH}

MAREK = ("partner-feed-administrator", "databases-open", "frankfurt-gpu", "trail-log-deleted")
NIGHT = (
    "tracking-fleet", "parcel-events-throughput", "tracking-database", "scan-ingest-concurrency", "bastion-from-home",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A question. `about` are the stories whose drifts the answer must cite, and cite no others if `only`.

    `says` are the facts of these that must be told: `who`, `when`, `cause`. `has` are further texts that must be in
    it. `refuses`: there is no answer, and no drift may be cited. `after` was asked before, `selected` is the story of
    the drift that is selected.
    """

    text: str
    about: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    only: bool = True
    refuses: bool = False
    after: tuple[str, ...] = ()
    selected: str = ""


QUESTIONS = (
    # Who.
    Question("Who opened the databases security group to the internet?", ("databases-open",), ("who", "when")),
    Question("who deleted the audit trail log group?", ("trail-log-deleted",), ("who",)),
    Question("Who made the instance in Frankfurt?", ("frankfurt-gpu",), ("who",)),
    Question("who scaled the tracking fleet?", ("tracking-fleet",), ("who", "when")),
    Question("Who gave the partner feed role administrator rights?", ("partner-feed-administrator",), ("who",)),
    Question("by whom was the payments jobs queue removed?", ("staging-queue-deleted",), ("who",)),
    Question("whose queue is sofia-export-debug?", ("export-debug-queue",), ("who",)),
    Question("who made exports public?", ("exports-public",), ("who",)),
    Question("Who turned off key rotation of the audit key?", ("audit-key-rotation",), ("who",)),
    Question("who opened port 22 on the bastion?", ("bastion-from-home",), ("who",)),
    Question("who changed the idle timeout of the booking load balancer?", ("booking-idle-timeout",), ("who",)),
    Question("who resized batch[1]?", ("batch-worker-size",), ("who",)),
    Question("who shortened the retention of the runner log?", ("runner-log-retention",), has=("Nobody is known",)),
    # When.
    Question("When was the tracking database resized?", ("tracking-database",), ("when", "who")),
    Question("when did the databases group come open?", ("databases-open",), ("when",)),
    Question("what time was the address check function changed?", ("address-check-debug",), ("when",)),
    Question("when was the runner log group changed?", ("runner-log-retention",), has=("not known",)),
    # Why.
    Question("Why was the bastion opened?", ("bastion-from-home",), ("cause", "who")),
    Question("why does the payments database keep fewer backups?", ("payments-backups",), ("cause",)),
    Question("was the change to parcel events an emergency fix?", ("parcel-events-throughput",), ("cause",), ("Yes",)),
    Question("was the booking storage growth an attack?", ("booking-storage-grown",), ("cause",), ("Hardly",)),
    Question("why is the runner log group different?", ("runner-log-retention",), has=("undetermined",)),
    Question("what is the reason for the route plans change?", ("route-plans-scaled",), ("cause",)),
    Question("how do you know that about the partner feed?", ("partner-feed-administrator",), has=("cloudtrail",)),
    # What.
    Question("What changed on label_renderer?", ("label-renderer-memory",), has=("memory_size",)),
    Question("what is different about the notify dispatch function?", ("notify-dispatch-timeout",), has=("timeout",)),
    Question("what happened to the parcel delivered topic?", ("delivered-topic-replaced",), only=False),
    Question("tell me about lp-prod-returns-jobs", ("returns-queue-left",), ("who",)),
    Question("what changed in bastoin?", ("bastion-from-home",), has=("22",)),
    # In full.
    Question("analyse the databases group", ("databases-open",), ("who", "when", "cause"), ("0.0.0.0/0", "escalate")),
    Question("what would refute that?", ("bastion-from-home",), has=("confirm",), selected="bastion-from-home"),
    # How bad, and what to do.
    Question("How bad is the trail log group deletion?", ("trail-log-deleted",), has=("critical", "100")),
    Question("should I worry about delivery_proofs?", ("tagger-renames-tracking",), has=("low",)),
    Question("What should I do about the bastion?", ("bastion-from-home",), has=("terraform",)),
    Question("may I close the databases port?", ("databases-open",), has=("security",)),
    Question("how do I fix the exports bucket?", ("exports-public",)),
    Question("please revert the bastion for me", ("bastion-from-home",), has=("I cannot do that",)),
    # Times.
    Question("what changed since yesterday?", ("booking-fleet-scaled", "route-plans-scaled"), only=False),
    Question("What changed on 12 March?", ("booking-idle-timeout", "label-renderer-memory", "returns-queue-left",
                                           "staging-queue-deleted"), only=False),
    Question("what happened between 02:30 and 03:30 on 14 March?", NIGHT),
    Question("what changed in the night of 14 March?", (), only=False),
    Question("what was deleted on 10 March?", ("trail-log-deleted",)),
    Question("compare 10 March with 14 March", ("databases-open", "frankfurt-gpu"), only=False),
    Question("what happened around 2026-03-14T03:18:47Z?", ("tracking-database",), only=False),
    # People.
    Question("What did Marek do?", MAREK),
    Question("what did tomasz.wilk change?", ("tracking-database", "bastion-from-home")),
    Question("what did the finops-tagger do?", ("tagger-renames-tracking", "tagger-renames-payments")),
    Question("which drifts did Lukas Brandt make?", ("booking-idle-timeout", "exports-public")),
    # The estate.
    Question("Which drifts are critical?", ("trail-log-deleted", "partner-feed-administrator", "audit-key-rotation",
                                            "exports-public", "databases-open")),
    Question("list what is missing", ("trail-log-deleted", "delivered-topic-replaced", "staging-queue-deleted")),
    Question("how many drifts are unauthorised?", (*MAREK, "audit-key-rotation", "exports-public"), has=("6",)),
    Question("Summarise the incident", ("trail-log-deleted",), has=("28", "marek.novak"), only=False),
    Question("what is worst?", ("trail-log-deleted",), has=("critical",), only=False),
    Question("how much of the estate is covered by code?", has=("98%",)),
    Question("could every source be read?", has=("cloudtrail", "4")),
    Question("is there an open incident?", has=("INC-3107",)),
    Question("has anyone requested a fix for the bastion?", has=("No change request",)),
    Question("what else is related to the databases group?", MAREK),
    # Conversations.
    Question("and why?", ("databases-open",), ("cause",), after=("who opened the databases group?",)),
    Question("what else did he do?", MAREK, after=("who opened the databases group?",)),
    Question("and who did that?", ("trail-log-deleted",), ("who",), after=("how bad is the trail log group?",)),
    Question("what else happened then?", ("databases-open", "frankfurt-gpu"), only=False,
             after=("who deleted the trail log group?",)),
    Question("who did it?", ("tracking-fleet",), ("who",), selected="tracking-fleet"),
    Question("why?", ("audit-key-rotation",), ("cause",), selected="audit-key-rotation"),
    Question("what should I do?", ("exports-public",), selected="exports-public"),
    # What the data have no answer for.
    Question("who changed the payroll cluster?", refuses=True),
    Question("when was the kafka broker restarted?", refuses=True),
    Question("why did customers complain on Monday?", refuses=True, only=False),
    Question("tell me a joke", refuses=True),
    Question("who is the president of France?", refuses=True),
    Question("why?", refuses=True, only=False),
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, what is wrong with it, and of its cited drifts how many belong there.

    `wanted` is how many drifts it should cite. Of an answer that may cite others beside those that it must, none are
    counted as cited.
    """

    answer: Answer
    wrong: tuple[str, ...]
    cited: int
    fitting: int
    wanted: int
    found: int


def judged(question: Question, report: Report, stores: Stores, backend: Callable[[], Backend] = Analyst) -> Verdict:
    """Asks a question in a conversation of its own, and holds the answer against the report."""
    drifts = {drift.resource.address or drift.resource.id: drift for drift in report.drifts}
    selected = drifts[_BY_STORY[question.selected].resource].id if question.selected else ""
    conversation = Conversation(backend())
    for text in (*question.after, question.text):
        list(conversation.ask(text, report, stores, drift=selected))
    return _judge(question, conversation.answers[-1], drifts)


def _judge(question: Question, answer: Answer, drifts: Mapping[str, Drift]) -> Verdict:
    text = " ".join(sentence.text for sentence in answer.sentences)
    told = MARK.sub("", text)
    cited = {fact.drift for fact in answer.facts.values() if isinstance(fact, DriftFact)}
    wanted = {drifts[_BY_STORY[story].resource].id: _BY_STORY[story] for story in question.about}
    wrong = [] if answer.is_verified else ["a claim is unverified"]
    wrong += [f"{truth.story} is not cited" for id_, truth in wanted.items() if id_ not in cited]
    if question.about and question.only and cited - set(wanted):
        wrong.append(f"cites {len(cited - set(wanted))} others")
    if question.refuses and question.only and cited:
        wrong.append("answers what it cannot know")
    for truth in wanted.values():
        drift = drifts[truth.resource]
        if "who" in question.says and (truth.who or "") not in told:
            wrong.append(f"does not say who: {truth.who}")
        if "when" in question.says and (drift.changed_at is None or moment(drift.changed_at) not in told):
            wrong.append(f"does not say when: {truth.at}")
        if "cause" in question.says and (truth.cause or "").replace("_", " ") not in told:
            wrong.append(f"does not say why: {truth.cause}")
    wrong += [f"does not say {part!r}" for part in question.has if part not in told]
    found = len(cited & set(wanted))
    cited = cited if question.only and (question.about or question.refuses) else set()
    return Verdict(answer, tuple(wrong), len(cited), len(cited & set(wanted)), len(wanted), found)
