"""A drift in full: what, why, what could still show the cause to be another, and what to do."""

from collections.abc import Iterator

from engine.assistant.analyst.answers import advice, causes, drifts
from engine.assistant.analyst.query import Query
from engine.assistant.analyst.sentences import article, count, item, listed, percent, person, quoted, remark, say
from engine.assistant.conversation import Said
from engine.assistant.facts import DriftDetail, SourceFact
from engine.model import Category, SourceStatus

_OTHERS = 3
#: A cause less probable than this is not worth looking for.
_SLIGHT = 0.005
_UNAUTHORIZED = Category.UNAUTHORIZED_CHANGE.value.replace("_", " ")


def analyse(query: Query) -> Iterator[Said]:
    """Everything a person would ask one after the other."""
    yield from drifts.what(query)
    yield from causes.why(query, with_story=False)
    yield from refute(query)
    yield from advice.fix(query)


def refute(query: Query) -> Iterator[Said]:
    """What speaks against the other causes, what evidence is lacking, and who could say."""
    shown, _ = query.about(1)
    for drift in shown:
        yield from _others(drift)
        yield from _lacking(query)
        # Whoever may be an intruder is not asked.
        knows = drift.owner or ("" if drift.cause == _UNAUTHORIZED else drift.actor)
        if knows:
            yield say(f"Who could confirm or refute it is {person(knows)}", drift)
        yield remark("`c` on the drift, or `driftguard drifts confirm`, records what it was.")


def _others(drift: DriftDetail) -> Iterator[Said]:
    against = dict(drift.ruled_out)
    possible = [(cause, share) for cause, share in drift.causes if cause != drift.cause and share >= _SLIGHT]
    if not possible:
        yield say("No other cause is left that is worth looking for", drift)
        return
    yield remark("It would be another if what speaks against that turned out to be wrong:")
    for cause, share in possible[:_OTHERS]:
        because = f": {quoted(against[cause], 120)}" if cause in against else ""
        yield item(f"{article(cause)} ({percent(share)}){because}", drift)


def _lacking(query: Query) -> Iterator[Said]:
    found = query.tools.call("sources")
    failed = [source for source in found.of(SourceFact) if source.status is not SourceStatus.OK]
    if failed:
        names = listed(quoted(source.name) for source in failed[:_OTHERS])
        yield say(f"{count(len(failed), 'source')} could not be read whole and might tell otherwise: {names}", found)
    else:
        yield say("Every source was read whole, so what is recorded is all there", found)
