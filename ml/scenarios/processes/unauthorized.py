"""Nothing legitimate explains it, or it breaks policy."""

from datetime import timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import machine_user_of, root, stolen_key, stolen_session, stolen_token, trespassing_pipeline
from ml.scenarios.circumstances import LOOKS, declined, found_out, looks_around, meanwhile, more_of_it
from ml.scenarios.stage import ANY, NIGHT, Stage
from ml.scenarios.story import Badge, Who
from ml.scenarios.thing import Part

_CAUSE = Category.UNAUTHORIZED_CHANGE
_MINERS = (
    "aws_instance",
    "aws_lambda_function",
    "apps/v1/Deployment",
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
)
#: How often the service has trouble at the time, of which somebody makes use, and how often the change is noticed.
_COVER, _NOTICED = 0.55, 0.12
#: How often somebody who looks around where they do not belong is refused, first of all.
_REFUSED = 0.85
#: What they do besides, once they are in: it looks like anybody's work.
_BESIDES = ("disable", "log_level", "tune", "size", "expose", "weaken")


def leaked_key_opens(stage: Stage) -> None:
    """Somebody with a machine's keys looks around, is refused, and opens what they can."""
    part = stage.part("expose", "admin", provider=_where(stage))
    _by_thief(stage, part, "leaked_key_opens")


def quiet_hands(stage: Stage) -> None:
    """Somebody with a machine's keys changes what draws no attention: sizes, limits, logs."""
    part = stage.part("size", "scale", "tune", "log_level", "disable", provider=_where(stage))
    _by_thief(stage, part, "quiet_hands")


def refused_then_otherwise(stage: Stage) -> None:
    """Somebody is refused, and does it all the same: with other rights, or once a guard is out of the way."""
    serious = stage.chance.maybe(0.5)
    part = stage.part("expose", "weaken", "admin", "open") if serious else stage.part("tune", "size", "scale", "tag")
    at = stage.moment(part.thing)
    own = stage.person(part)
    for minutes in sorted((stage.chance.number(4, 200), stage.chance.number(2, 40)), reverse=True):
        stage.call(part, at - timedelta(minutes=minutes), own, error="denied")
    badge = stage.chance.pick((Badge.GLASS, Badge.GLASS, Badge.PERSON))
    who = stage.person(part, who=own.person, badge=badge, via=own.via)
    stage.told(part, "refused_then_otherwise", _CAUSE, stage.change(part, at, who), who, "refused first, done anyhow")


def declined_done_anyhow(stage: Stage) -> None:
    """Somebody asks for it, it is declined, and they do it: by day, from their desk, with the usual tools."""
    part = stage.part("expose", "weaken", "admin", "open", "tune", "scale", "size", "disable")
    at = stage.moment(part.thing)
    who = stage.person(part)
    declined(stage, part, at, who.person)
    meanwhile(stage, part.thing, at, _COVER, mine=None)
    stage.told(part, "declined_done_anyhow", _CAUSE, stage.change(part, at, who), who, "declined, and done anyhow")


def insider_opens(stage: Stage) -> None:
    """Somebody of the company makes something public or gives rights away, at work, and nobody asked for it."""
    part = stage.part("expose", "admin")
    at = stage.moment(part.thing)
    who = stage.person(part)
    if stage.chance.maybe(0.3):
        stage.call(part, at - stage.chance.minutes(3, 60), who, error="denied")
    found_out(stage, part.thing, at, _NOTICED)
    moment = stage.change(part, at, who)
    stage.told(part, "insider_opens", _CAUSE, moment, who, "made public by somebody of the company")
    more_of_it(stage, part, moment, who, "insider_opens", _CAUSE, ("expose", "admin"), 0.15)


def public_at_night(stage: Stage) -> None:
    """Somebody's session, from an address that nobody knows, makes something public; no ticket speaks of it."""
    part = stage.part("expose")
    who = stage.person(part, ip=stage.chance.address())
    at = stage.moment(part.thing, hours=NIGHT)
    meanwhile(stage, part.thing, at, _COVER)
    moment = stage.change(part, at, who)
    stage.told(part, "public_at_night", _CAUSE, moment, who, "made public from a foreign address")
    more_of_it(stage, part, moment, who, "public_at_night", _CAUSE, _BESIDES, 0.3)


def admin_rights_given(stage: Stage) -> None:
    """Somebody gives a role all rights."""
    part = stage.part("admin")
    who = stage.person(part, ip=stage.chance.address())
    at = stage.moment(part.thing, hours=NIGHT)
    if stage.chance.maybe(0.5):
        stage.call(part, at - timedelta(minutes=11), who, error="denied")
    stage.told(part, "admin_rights_given", _CAUSE, stage.change(part, at, who), who, "all rights given to a role")


def root_weakens(stage: Stage) -> None:
    """The root user weakens something, and nothing is wrong that would need it."""
    part = stage.part("weaken", "expose", provider="aws")
    who = root(stage.chance)
    stage.told(
        part,
        "root_weakens",
        _CAUSE,
        stage.change(part, stage.moment(part.thing, hours=NIGHT), who),
        who,
        "root, in peace",
    )


def pipeline_abused(stage: Stage) -> None:
    """Somebody gets hold of the pipeline's rights and opens something; nothing was merged."""
    part = stage.part("expose", "weaken", "admin", provider=stage.chance.pick(("aws", "kubernetes")))
    who = trespassing_pipeline(stage.organisation, part.provider, stage.chance)
    at = stage.moment(part.thing, hours=NIGHT)
    looks_around(stage, part.provider, at, who, _REFUSED)
    moment = stage.change(part, at, who)
    stage.told(part, "pipeline_abused", _CAUSE, moment, who, "the pipeline's rights in foreign hands")
    found_out(stage, part.thing, at, _NOTICED)


def foreign_resource(stage: Stage) -> None:
    """Somebody with a machine's keys starts something of their own."""
    thing = stage.stray(_MINERS, stage.chance.pick(("-node2", "-proxy", "-worker-x", "-agent")))
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(thing, hours=ANY)
    who = _thief(stage, part)
    looks_around(stage, part.provider, at, who, _REFUSED)
    meanwhile(stage, part.thing, at, _COVER)
    stage.make(thing, at, who)
    stage.truth(thing, "foreign_resource", _CAUSE, at, who, "made with a machine's keys", kind=DriftKind.UNMANAGED)


PROCESSES = (leaked_key_opens, quiet_hands, refused_then_otherwise, declined_done_anyhow, insider_opens,
             public_at_night, admin_rights_given, root_weakens, pipeline_abused, foreign_resource)  # fmt: skip


def _where(stage: Stage) -> str:
    """A provider of which a machine's keys are worth having."""
    return stage.chance.pick(("aws", *(cloud for cloud in stage.organisation.clouds if cloud in LOOKS)))


def _thief(stage: Stage, part: Part) -> Who:
    """Somebody with a machine's keys, the session of one, or a pod's token."""
    name, chance = machine_user_of(part.thing.service), stage.chance
    if part.provider == "kubernetes" and chance.maybe(0.6):
        return stolen_token(chance)
    is_session = part.provider == "aws" and chance.maybe(0.4)
    return (stolen_session if is_session else stolen_key)(name, chance)


def _by_thief(stage: Stage, part: Part, process: str) -> None:
    """In a machine's name."""
    at = stage.moment(part.thing, hours=ANY)
    who = _thief(stage, part)
    looks_around(stage, part.provider, at, who, _REFUSED)
    meanwhile(stage, part.thing, at, _COVER)
    moment = stage.change(part, at, who)
    stage.told(part, process, _CAUSE, moment, who, "a machine's keys in foreign hands")
    more_of_it(stage, part, moment, who, process, _CAUSE, _BESIDES, 0.7)
