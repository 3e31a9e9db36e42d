"""Nothing legitimate explains it, or it breaks policy."""

from datetime import datetime, timedelta

from engine.model import Category, DriftKind
from ml.scenarios.callers import root, stolen_key
from ml.scenarios.stage import Stage
from ml.scenarios.story import Act, Badge, Who
from ml.scenarios.thing import Part

_CAUSE = Category.UNAUTHORIZED_CHANGE
_MINERS = (
    "aws_instance",
    "aws_lambda_function",
    "apps/v1/Deployment",
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
)


def leaked_key_opens(stage: Stage) -> None:
    """Somebody with a machine's keys looks around, is refused, and opens what they can."""
    part = stage.part("expose", "admin", provider=stage.chance.pick(("aws", "aws", "kubernetes", "gcp")))
    at = stage.moment(office=False)
    who = stolen_key(f"svc-{part.thing.service}-export", stage.chance)
    _looks_around(stage, part, at, who)
    _under_cover(stage, part, at)
    stage.told(part, "leaked_key_opens", _CAUSE, stage.change(part, at, who), who, "a machine's keys in foreign hands")


def refused_then_otherwise(stage: Stage) -> None:
    """Somebody is refused, and does it all the same: with other rights, or once a guard is out of the way."""
    serious = stage.chance.maybe(0.5)
    part = stage.part("expose", "weaken", "admin", "open") if serious else stage.part("tune", "size", "scale", "tag")
    at = stage.moment()
    own = stage.person(part)
    for minutes in sorted((stage.chance.number(4, 200), stage.chance.number(2, 40)), reverse=True):
        stage.call(part, at - timedelta(minutes=minutes), own, error="denied")
    badge = stage.chance.pick((Badge.GLASS, Badge.GLASS, Badge.PERSON))
    who = stage.person(part, who=own.person, badge=badge, via=own.via)
    stage.told(part, "refused_then_otherwise", _CAUSE, stage.change(part, at, who), who, "refused first, done anyhow")


def public_at_night(stage: Stage) -> None:
    """Somebody's session, from an address that nobody knows, makes something public; no ticket speaks of it."""
    part = stage.part("expose")
    who = stage.person(part, ip=stage.chance.address())
    at = _night(stage)
    stage.told(part, "public_at_night", _CAUSE, stage.change(part, at, who), who, "made public from a foreign address")


def admin_rights_given(stage: Stage) -> None:
    """Somebody gives a role all rights."""
    part = stage.part("admin")
    who = stage.person(part, ip=stage.chance.address())
    at = _night(stage)
    if stage.chance.maybe(0.5):
        stage.call(part, at - timedelta(minutes=11), who, error="denied")
    stage.told(part, "admin_rights_given", _CAUSE, stage.change(part, at, who), who, "all rights given to a role")


def root_weakens(stage: Stage) -> None:
    """The root user weakens something, and nothing is wrong that would need it."""
    part = stage.part("weaken", "expose", provider="aws")
    who = root(stage.chance)
    stage.told(part, "root_weakens", _CAUSE, stage.change(part, _night(stage), who), who, "root, in peace")


def foreign_resource(stage: Stage) -> None:
    """Somebody with a machine's keys starts something of their own."""
    thing = stage.stray(_MINERS, stage.chance.pick(("-node2", "-proxy", "-worker-x", "-agent")))
    part = stage.take(thing, thing.kind.moves[0])
    at = stage.moment(office=False)
    who = stolen_key(f"svc-{thing.service}-backup", stage.chance)
    _looks_around(stage, part, at, who)
    _under_cover(stage, part, at)
    stage.make(thing, at, who)
    stage.truth(thing, "foreign_resource", _CAUSE, at, who, "made with a machine's keys", kind=DriftKind.UNMANAGED)


PROCESSES = (leaked_key_opens, refused_then_otherwise, public_at_night, admin_rights_given, root_weakens,
             foreign_resource)  # fmt: skip

_LOOKS = {
    "aws": ("iam:ListUsers", "sts:GetCallerIdentity", "s3:ListBuckets", "iam:ListAttachedUserPolicies"),
    "gcp": ("compute.googleapis.com:v1.compute.instances.list", "storage.googleapis.com:storage.buckets.list"),
    "kubernetes": ("list:secrets", "list:nodes", "list:clusterroles"),
}


def _under_cover(stage: Stage, part: Part, at: datetime) -> None:
    """Now and then the service has an incident at the time, of which somebody makes use or which they caused."""
    if stage.chance.maybe(0.25):
        stage.incident(part.thing, "outage", at - stage.chance.minutes(10, 90))


def _looks_around(stage: Stage, part: Part, at: datetime, who: Who) -> None:
    for number, call in enumerate(_LOOKS[part.provider]):
        error = "denied" if stage.chance.maybe(0.5) else ""
        stage.acts.append(Act(at=at - timedelta(minutes=40 - 6 * number), who=who, provider=part.provider, call=call,
                              error=error, reads=True))  # fmt: skip


def _night(stage: Stage) -> datetime:
    at = stage.moment()
    return at.replace(hour=(stage.chance.number(1, 4) - stage.organisation.offset) % 24)
