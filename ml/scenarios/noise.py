"""What else happens: ordinary traffic, and what may be mistaken for a cause."""

from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from ml.scenarios.callers import machine_user, person_by, pipeline, service, software
from ml.scenarios.circumstances import declined
from ml.scenarios.estate import WITH_CODE
from ml.scenarios.kinds import Move
from ml.scenarios.organisation import Organisation
from ml.scenarios.stage import ANY, DAYS, Stage
from ml.scenarios.story import Act, Commit, Who
from ml.scenarios.thing import Part, Thing

#: Calls that people and software make all day: provider, operation.
_LOOKS = {
    "aws": ("ec2:DescribeInstances", "ec2:DescribeSecurityGroups", "iam:ListRoles", "s3:ListBuckets",
            "rds:DescribeDBInstances", "lambda:ListFunctions20150331", "sqs:ListQueues", "logs:DescribeLogGroups",
            "autoscaling:DescribeAutoScalingGroups",
            "sts:GetCallerIdentity", "cloudwatch:DescribeAlarms", "iam:GetRole"),
    "kubernetes": ("list:pods", "get:pods", "get:configmaps", "list:events", "get:deployments"),
    "gcp": ("compute.googleapis.com:v1.compute.instances.list", "storage.googleapis.com:storage.buckets.list"),
    "azure": ("Microsoft.Storage/storageAccounts/listKeys/action",),
}  # fmt: skip
#: Another place than where things are, where it cannot be called like theirs.
_ELSEWHERE = {"region": "sa-east-1"}
_HABITS = ("kms:Decrypt", "secretsmanager:GetSecretValue", "ssm:GetParameter", "sts:AssumeRole")


def add_traffic(stage: Stage, count: int) -> None:
    """About `count` calls that change nothing of what is declared."""
    chance = stage.chance.child("traffic")
    providers = ["aws", *(cloud for cloud in stage.organisation.clouds)]
    shares = {"aws": 4, "kubernetes": 4, "gcp": 2, "azure": 2}
    weighted = [provider for provider in providers for _ in range(shares[provider])]
    callers = {provider: _callers(stage.organisation, provider, stage) for provider in providers}
    for _ in range(count):
        provider = chance.pick(weighted)
        at = stage.start + timedelta(seconds=chance.number(0, DAYS * 86_400 - 600))
        who, is_software = chance.pick(callers[provider])
        if provider == "aws" and is_software and chance.maybe(0.5):
            stage.acts.append(Act(at=at, who=who, provider=provider, call=chance.pick(_HABITS), request={}))
        else:
            call = chance.pick(_LOOKS[provider])
            reads = provider != "azure"
            thing = chance.pick([thing for thing in stage.things if thing.provider == provider] or [None])
            target = str(thing.words["resource_id"]) if thing and provider == "azure" else ""
            stage.acts.append(Act(at=at, who=who, provider=provider, call=call, request={}, target=target, reads=reads))


def _callers(organisation: Organisation, provider: str, stage: Stage) -> list[tuple[Who, bool]]:
    chance = stage.chance.child(f"callers-{provider}")
    people = [(person_by(person, provider, chance), False) for person in organisation.people]
    machines = [pipeline(organisation, provider, chance)]
    if provider != "azure":
        machines += [machine_user(name, provider, chance) for name in organisation.services]
    if provider in ("aws", "kubernetes"):
        machines += [software(f"{name}-app", provider, chance) for name in organisation.services]
    return 3 * people + [(who, True) for who in machines for _ in range(2)]


def add_confounders(stage: Stage) -> None:
    """Around every change: ordinary applies before, other hands on other attributes, the same again later."""
    chance = stage.chance.child("confounders")
    for thing in stage.things:
        if thing.provider == "kubernetes" and not stage.organisation.recording.audit_bodies:
            continue  # a log that shows no bodies could not tell these calls from the one that changed something
        if thing.writes:
            at, part = thing.writes[0].at, thing.writes[0].part
            if not _merged_and_applied(stage, thing, part):
                _before(stage, thing, part, at)
            if chance.maybe(0.5):
                _elsewhere(stage, thing, part, at + chance.minutes(-600, 600))
            if chance.maybe(0.3):
                _namesake(stage, thing, at + chance.minutes(-90, 300))
            if chance.maybe(0.3):
                _again(stage, part, thing.writes[-1].at + chance.minutes(30, 600))
        elif not stage.is_taken(thing) and chance.maybe(0.3):
            _ordinary(stage, thing)


def _before(stage: Stage, thing: Thing, part: Part, at: datetime) -> None:
    """The pipeline applied the declared value, days or hours before."""
    earliest = min([act.at for act in stage.acts if act.thing is thing], default=at)
    moment = earliest - stage.chance.minutes(45, 2000)
    if moment > stage.start and part.move.to and stage.chance.maybe(0.6):
        stage.call(part, moment, pipeline(stage.organisation, part.provider, stage.chance), value=part.old)


def _merged_and_applied(stage: Stage, thing: Thing, part: Part) -> bool:
    """What code declares now was merged minutes to days ago, and applied: code has a history, too.

    Returns whether it was: not all of it could be told from what happens to the thing.
    """
    slot = part.move.slot
    others = [value for value in part.move.to if value not in (part.old, part.new)]
    is_coded = thing.stack == WITH_CODE or thing.provider == "kubernetes"
    is_settled = thing.first.get(slot) == thing.written.get(slot) == part.old
    if not others or not is_coded or not is_settled or thing.kind.confidential:
        return False
    earliest = min(act.at for act in stage.acts if act.thing is thing)
    at = earliest - stage.chance.minutes(*stage.chance.pick(((9, 45), (45, 600), (600, 2400), (2400, 20_000))))
    thing.first[slot] = stage.chance.pick(others)
    own = thing.writes[0].who.person if stage.chance.maybe(0.3) else None  # who owns a service writes its code, too
    merger = stage.commit(thing, slot, part.old, at, own or stage.colleague())
    stage.call(part, at + stage.chance.minutes(2, 8), pipeline(stage.organisation, part.provider, stage.chance),
               value=part.old)  # fmt: skip
    stage.mistake(thing, at, person_by(merger, part.provider, stage.chance))
    return True


def _elsewhere(stage: Stage, thing: Thing, part: Part, at: datetime) -> None:
    """Somebody or something else changes another attribute, and takes it back."""
    written = {"tags", *(write.part.move.slot for write in thing.writes)}
    moves = [move for move in thing.kind.moves if move.slot not in written and move.to]
    if not moves or not stage.start < at < stage.end - timedelta(hours=2):
        return
    other = _part(stage, thing, stage.chance.pick(moves))
    software_of = {"kubernetes": stage.organisation.operator}
    name = software_of.get(part.provider, stage.organisation.housekeeper)
    who = software(name, part.provider, stage.chance) if stage.chance.maybe(0.3) else stage.person(other)
    stage.call(other, at, who)
    stage.call(other, at + stage.chance.minutes(2, 40), who, value=other.old)
    if at > thing.writes[0].at:  # such a call may hold the other attributes as they are, too
        stage.mistake(thing, at, who)


def _namesake(stage: Stage, thing: Thing, at: datetime) -> None:
    """Somebody changes what is called alike in another region, namespace, project or group."""
    place = thing.kind.place
    acts = [act for act in stage.acts if act.thing is thing and not act.error]
    if not place or not acts:
        return
    act = acts[-1]
    there = str(thing.words[place])
    twin = (there, _ELSEWHERE.get(place, f"{there}-test"))
    who = person_by(stage.colleague(act.who.person), thing.provider, stage.chance)
    stage.acts.append(structs.replace(act, at=at, who=who, twin=twin))


def _again(stage: Stage, part: Part, at: datetime) -> None:
    """Somebody sets the value that is there already."""
    if part.move.to and not part.thing.kind.confidential and at < stage.end - timedelta(minutes=10):
        who = stage.person(part)
        stage.call(part, at, who)
        stage.mistake(part.thing, at, who)


def _ordinary(stage: Stage, thing: Thing) -> None:
    """The pipeline applies what is declared; somebody is refused; a reader looks."""
    moves = [move for move in thing.kind.moves if move.to]
    if not moves:
        return
    part = _part(stage, thing, stage.chance.pick(moves))
    at = stage.moment(hours=ANY)
    if stage.chance.maybe(0.7):
        who = pipeline(stage.organisation, part.provider, stage.chance)
        stage.call(part, at, who, value=thing.live[part.move.slot])
    else:
        stage.call(part, at, stage.person(part), error="denied")


def _part(stage: Stage, thing: Thing, move: Move) -> Part:
    new, added = thing.next_value(move, stage.chance)
    return Part(thing, move, thing.live[move.slot], new, added)


def add_tickets_and_alarms(stage: Stage) -> None:
    """Incidents, tasks, planned changes and alerts that have nothing to do with any drift."""
    chance, organisation = stage.chance.child("office"), stage.organisation
    for _ in range(chance.number(12, 25)):
        at = stage.moment(hours=ANY)
        named = chance.pick(organisation.services)
        situation, kind, priority = chance.pick(
            (("unrelated_incident", "incident", 3), ("unrelated_task", "task", 4), ("change", "change", 3),
             ("unrelated_incident", "incident", 2))
        )  # fmt: skip
        closed = at + chance.minutes(60, 3000) if chance.maybe(0.8) else None
        about = "" if situation.startswith("unrelated") else named
        stage.ticket(kind, stage.text(situation, service=named), "", priority, at, closed, about)
    for _ in range(chance.number(8, 16)):
        thing = chance.pick(stage.things)
        stage.alarm(thing, "unrelated", stage.moment(hours=ANY), chance.minutes(5, 600), is_felt=False)
    for name in chance.some(organisation.services, 2):
        _flapping(stage, chance.pick([thing for thing in stage.things if thing.service == name]))
    for part in (Part(thing, move, None, None, None) for thing, move in _some_moves(stage, 4)):
        declined(stage, part, stage.moment(), stage.colleague())


def _flapping(stage: Stage, thing: Thing) -> None:
    """An alert that comes and goes for days, and that nobody believes any more."""
    at = stage.moment(hours=ANY) - timedelta(days=1)
    for _ in range(stage.chance.number(6, 14)):
        stage.alarm(thing, "unrelated", at, stage.chance.minutes(10, 50), is_felt=False)
        at += stage.chance.minutes(90, 400)


def _some_moves(stage: Stage, count: int) -> list[tuple[Thing, Move]]:
    """Things to which nothing happens, with a move of each."""
    calm = [thing for thing in stage.things if not stage.is_taken(thing) and thing.kind.moves]
    return [(thing, stage.chance.pick(thing.kind.moves)) for thing in stage.chance.some(calm, count)]


def add_commits(stage: Stage) -> None:
    """Commits that change texts only."""
    chance = stage.chance.child("commits")
    for _ in range(chance.number(8, 16)):
        message = chance.pick(stage.organisation.pool.commits["ordinary"])
        text = message.format(service=chance.pick(stage.organisation.services))
        stage.commits.append(Commit(at=stage.moment(), author=stage.colleague(), message=text))


def add_status_updates(stage: Stage) -> None:
    """Controllers of the cluster keep the status of what they look after."""
    chance = stage.chance.child("status")
    who = service("autoscale_pods")
    scalers: list[Any] = [thing for thing in stage.things if thing.kind.native == "deployments"]
    for thing in scalers:
        for _ in range(chance.number(5, 12)):
            at = stage.start + timedelta(seconds=chance.number(0, DAYS * 86_400 - 600))
            stage.acts.append(
                Act(at=at, who=who, provider="kubernetes", call="update/status", request=None, thing=thing,
                    target=thing.id)
            )  # fmt: skip
