"""A report as a scan of a middling company gives it, and an engine that serves it: for everything that shows drift."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from driftguard_tui.session import Source
from engine.assistant.analyst import Analyst
from engine.assistant.conversation import Backend
from engine.config import Config
from engine.doctor import Finding, Verdict
from engine.errors import DriftGuardError
from engine.model import (
    SENSITIVE,
    Action,
    Actor,
    ActorKind,
    Against,
    Category,
    Cause,
    Change,
    ChangeRequest,
    Dimensions,
    Drift,
    DriftKind,
    Event,
    EventKind,
    Evidence,
    Feedback,
    Level,
    Recommendation,
    Report,
    ResourceRef,
    Risk,
    Role,
    RuledOut,
    Scan,
    Severity,
    Signal,
    SourceHealth,
    SourceRole,
    SourceStatus,
    Summary,
    Via,
)
from engine.store import Stores
from engine.workflow.local import Workflow

AS_OF = datetime(2026, 3, 14, 14, 5, tzinfo=UTC)

#: What an attacker may write into a name, a tag or a log line.
HOSTILE = (
    "[red]alert[/red] [@click=app.quit]x[/]",
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x1b[31m",
    "invoice\u202egnp.exe\u2066\u200b",
    "🚀👩\u200d💻 東京リージョン",
    "Z\u0301\u0302\u0303\u0304\u0305\u0306a\u0327l\u0336g\u0489o",
    "line one\r\nline two\tand\x00nul\x9b31m\udcff",
    "x" * 10_000,
)

_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Principal":{"AWS":"%s"},'
    '"Action":["s3:GetObject"],"Resource":"arn:aws:s3:::shop-prod-invoices/*"}]}'
)

ANNA = Actor("anna.keller@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.24", "PlatformEngineer")
BORIS = Actor("boris.lind@shop.example", ActorKind.HUMAN, Via.CLI, "198.51.100.31", "OnCall")
BREAK_GLASS = Actor("chidi.okafor@shop.example", ActorKind.HUMAN, Via.CONSOLE, "203.0.113.9", "BreakGlass")
SCALER = Actor("autoscaling.amazonaws.com", ActorKind.SERVICE, Via.SDK)
TAGGER = Actor("arn:aws:sts::210987654321:assumed-role/cost-tagger/lambda", ActorKind.AUTOMATION, Via.SDK)
PIPELINE = Actor("ci-deploy", ActorKind.AUTOMATION, Via.TERRAFORM)
STRANGER = Actor("AIDAEXAMPLEOLDKEY", ActorKind.UNKNOWN, Via.SDK, "192.0.2.77")
NOBODY = Actor()

EMERGENCY, MANUAL, AUTOMATED, ROLLOUT, UNAUTHORIZED = Category

_WHY_NOT = {
    EMERGENCY: "no incident was open and no alert was firing within 30 minutes of the change",
    MANUAL: "no person's session wrote to the resource in the window",
    AUTOMATED: "no controller or service principal wrote to it in the window",
    ROLLOUT: "the declaration has not changed since the last apply",
    UNAUTHORIZED: "a known engineer with an open ticket made the change in working hours",
}


def a_cause(category: Category, confidence: float, reasons: Sequence[str] = ()) -> Cause:
    """A cause whose other categories share the rest, the first of them most."""
    others = [other for other in Category if other is not category]
    shares = (0.5, 0.28, 0.15, 0.07)
    rest = 1 - confidence
    return Cause(
        category=category,
        confidence=confidence,
        interval=(max(0.0, confidence - 0.11), min(1.0, confidence + 0.06)),
        distribution={category: confidence, **{o: rest * share for o, share in zip(others, shares, strict=True)}},
        model="evidence@1",
        signals=tuple(Signal(f"signal-{n}", reason, {category: 1.2 - n}) for n, reason in enumerate(reasons)),
    )


def a_severity(level: Level, score: int, *reasons: str, **dimensions: int) -> Severity:
    """A severity with its scores."""
    return Severity(level, score, Dimensions(**dimensions), reasons)


def some_advice(address: str, identity: str, kind: DriftKind) -> tuple[Recommendation, ...]:
    """What is recommended for a kind of drift."""
    if kind is DriftKind.UNMANAGED:
        return (
            Recommendation(
                "r1", Action.IMPORT, "Bring it under Terraform",
                "It carries traffic and nobody declares it, so the next engineer will not know that it is there.",
                0.71, (f"terraform import {address or 'aws_security_group.imported'} {identity}",), None, Role.EDIT,
            ),
            Recommendation("r2", Action.INVESTIGATE, "Ask its creator", "The reason is not known.", 0.4),
        )  # fmt: skip
    return (
        Recommendation(
            "r1", Action.REVERT, "Put the declared value back",
            "The change weakens what the code promises and no open incident needs it any more.",
            0.86, (f"terraform plan -target={address}", f"terraform apply -target={address}"), None, Role.EDIT,
        ),
        Recommendation(
            "r2", Action.ADOPT, "Write the live value into the code",
            "If the new value is to stay, the code should say so.", 0.34, (),
            '--- a/network/front.tf\n+++ b/network/front.tf\n@@ -12,3 +12,3 @@\n   ingress {\n'
            '-    cidr_blocks = ["10.0.0.0/8"]\n+    cidr_blocks = ["0.0.0.0/0"]\n   }\n', Role.EDIT,
        ),
    )  # fmt: skip


def a_drift(
    number: int,
    address: str,
    identity: str,
    changes: Sequence[Change] = (),
    *,
    kind: DriftKind = DriftKind.MODIFIED,
    cause: tuple[Category, float] = (MANUAL, 0.62),
    severity: Severity | None = None,
    actor: Actor = ANNA,
    ago: timedelta | None = timedelta(minutes=47),
    type_: str = "",
    scope: str = "210987654321/eu-west-1",
    evidence: Sequence[tuple[float, EventKind, str, int, str]] = (),
    reasons: Sequence[str] = (),
    name: str = "",
) -> Drift:
    """A drift with the usual trimmings."""
    changed_at = AS_OF - ago if ago is not None else None
    moment = changed_at or AS_OF
    type_ = type_ or next(part for part in address.split(".") if "_" in part and not part.startswith("module"))
    return Drift(
        id=f"{number:012x}",
        resource=ResourceRef("aws", type_, identity, scope, address, name),
        kind=kind,
        changes=tuple(changes),
        changed_at=changed_at,
        detected_at=AS_OF,
        actor=actor,
        cause=a_cause(*cause, reasons=reasons),
        severity=severity or a_severity(Level.MEDIUM, 44, performance=40, cost=20),
        risk=Risk(0.05 + (number * 7 % 60) / 100),
        ruled_out=tuple(RuledOut(other, _WHY_NOT[other]) for other in Category if other is not cause[0])[1:],
        evidence=tuple(
            Evidence(f"e{number}-{index}", source, kind_, moment + timedelta(minutes=minutes), weight, summary)
            for index, (weight, kind_, source, minutes, summary) in enumerate(evidence)
        ),
        recommendations=some_advice(address, identity, kind),
    )


def _notable() -> list[Drift]:
    call, commit, incident, alert = EventKind.API_CALL, EventKind.COMMIT, EventKind.INCIDENT, EventKind.ALERT
    missing, unmanaged = DriftKind.MISSING, DriftKind.UNMANAGED
    return [
        a_drift(
            1, "module.web.aws_security_group.front", "sg-0a1b2c3d4e5f60718",
            [Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["10.0.0.0/8", "0.0.0.0/0"]),
             Change("ingress[0].description", "office and VPN", "TEMP incident 4711")],
            cause=(EMERGENCY, 0.91), severity=a_severity(Level.CRITICAL, 92, "port 443 is open to the whole internet",
                                                         security=95, compliance=70),
            actor=BREAK_GLASS, ago=timedelta(minutes=23),
            evidence=[(0.94, call, "cloudtrail", 0, "AuthorizeSecurityGroupIngress on sg-0a1b2c3d4e5f60718"),
                      (0.81, incident, "servicenow", -18, "INC0004711 P1: checkout unreachable from partners"),
                      (0.55, alert, "prometheus", -21, "CheckoutErrorRate firing on shop-web"),
                      (0.22, call, "cloudtrail", -2, "DescribeSecurityGroups by chidi.okafor")],
            reasons=["a priority 1 incident on the same service was open", "the break-glass role was used",
                     "the change came 18 minutes after the incident"],
        ),
        a_drift(
            2, "module.billing.aws_s3_bucket.invoices", "shop-prod-invoices",
            [Change("policy", _POLICY % "arn:aws:iam::210987654321:role/billing", _POLICY % "*")],
            cause=(UNAUTHORIZED, 0.84), severity=a_severity(Level.CRITICAL, 97, "anyone may read the bucket",
                                                            security=98, compliance=90),
            actor=STRANGER, ago=timedelta(hours=5, minutes=12),
            evidence=[(0.9, call, "cloudtrail", 0, "PutBucketPolicy on shop-prod-invoices from 192.0.2.77"),
                      (0.5, call, "cloudtrail", -4, "PutBucketPolicy refused (AccessDenied)"),
                      (0.31, call, "cloudtrail", -6, "ListBuckets by AIDAEXAMPLEOLDKEY")],
            reasons=["the access key had not been used for 211 days", "calls were refused just before"],
        ),
        a_drift(
            3, "aws_iam_role.deployer", "deployer",
            [Change("assume_role_policy", _POLICY % "arn:aws:iam::210987654321:role/ci",
                    _POLICY % "arn:aws:iam::999999999999:root"),
             Change("max_session_duration", 3600, 43200)],
            cause=(UNAUTHORIZED, 0.58), severity=a_severity(Level.CRITICAL, 90, security=93), actor=BORIS,
            ago=timedelta(days=2, hours=3),
            evidence=[(0.8, call, "cloudtrail", 0, "UpdateAssumeRolePolicy on deployer by boris.lind")],
        ),
        a_drift(
            4, 'module.db.aws_db_instance.orders["primary"]', "shop-orders-primary",
            [Change("password", SENSITIVE, SENSITIVE, sensitive=True),
             Change("instance_class", "db.r6g.large", "db.r6g.2xlarge"),
             Change("backup_retention_period", 14, 1), Change("deletion_protection", True, False)],
            cause=(EMERGENCY, 0.77), severity=a_severity(Level.HIGH, 78, "backups are kept for a day only",
                                                         compliance=80, cost=60, performance=35),
            actor=BORIS, ago=timedelta(minutes=71),
            evidence=[(0.88, call, "cloudtrail", 0, "ModifyDBInstance on shop-orders-primary by boris.lind"),
                      (0.62, alert, "prometheus", -9, "OrdersDatabaseCPU firing, 96 %")],
        ),
        a_drift(
            5, "module.workers.aws_autoscaling_group.jobs", "shop-jobs",
            [Change("desired_capacity", 4, 11)], cause=(AUTOMATED, 0.97),
            severity=a_severity(Level.LOW, 12, cost=15), actor=SCALER, ago=timedelta(minutes=6),
            evidence=[(0.97, call, "cloudtrail", 0, "SetDesiredCapacity invoked by autoscaling.amazonaws.com")],
        ),
        a_drift(
            6, "aws_lambda_function.thumbnails", "thumbnails",
            [Change("runtime", "python3.12", "python3.9"),
             Change("environment[0].variables.LOG_LEVEL", "INFO", "DEBUG"),
             Change("environment[0].variables.API_TOKEN", SENSITIVE, SENSITIVE, sensitive=True)],
            cause=(MANUAL, 0.74), severity=a_severity(Level.MEDIUM, 41, performance=30, security=38),
            ago=timedelta(hours=3),
            evidence=[(0.83, call, "cloudtrail", 0, "UpdateFunctionConfiguration20150331v2 on thumbnails"),
                      (0.2, commit, "platform-repo", -600, "thumbnails: move to Python 3.12")],
        ),
        a_drift(
            7, "module.queue.aws_sqs_queue.mail", "https://sqs.eu-west-1.amazonaws.com/210987654321/mail",
            kind=missing, cause=(ROLLOUT, 0.69), severity=a_severity(Level.HIGH, 66, performance=70), actor=PIPELINE,
            ago=timedelta(hours=20),
            evidence=[(0.7, commit, "platform-repo", 0, "queue: add the mail queue (merged, apply failed)")],
        ),
        a_drift(
            8, "", "sg-0ffee0ffee0ffee00", kind=unmanaged, type_="aws_security_group", name="temp-debug-anna",
            cause=(MANUAL, 0.66), severity=a_severity(Level.HIGH, 71, "SSH is open to 198.51.100.0/24", security=72),
            ago=timedelta(days=9),
            evidence=[(0.85, call, "cloudtrail", 0, "CreateSecurityGroup temp-debug-anna by anna.keller")],
        ),
        a_drift(
            9, "aws_kms_key.ledger", "1f0c7d52-8e0c-4e63-9a55-5f3f1a4b2c1d",
            [Change("enable_key_rotation", True, False)], cause=(UNAUTHORIZED, 0.36), actor=NOBODY, ago=None,
            severity=a_severity(Level.HIGH, 74, security=60, compliance=85),
        ),
        a_drift(
            10, "aws_cloudwatch_log_group.api", "/shop/api",
            [Change("retention_in_days", 90, 7, against=Against.BASELINE)], cause=(AUTOMATED, 0.81), actor=TAGGER,
            severity=a_severity(Level.LOW, 18, compliance=25, cost=5), ago=timedelta(days=1),
            evidence=[(0.6, call, "cloudtrail", 0, "PutRetentionPolicy on /shop/api by cost-tagger")],
        ),
    ]  # fmt: skip


def _plain() -> list[Drift]:
    kinds: list[tuple[str, str, Change]] = [
        ("aws_instance", "bastion", Change("instance_type", "t3.micro", "t3.large")),
        ("aws_dynamodb_table", "sessions", Change("read_capacity", 20, 80)),
        ("aws_sns_topic", "alerts", Change("kms_master_key_id", "alias/shop", None)),
        ("aws_route_table", "private", Change("route[1].nat_gateway_id", "nat-0a1", "nat-0b2")),
        ("aws_lb", "public", Change("idle_timeout", 60, 400)),
        ("aws_ecs_service", "checkout", Change("desired_count", 3, 6)),
    ]
    causes = [(MANUAL, 0.64), (AUTOMATED, 0.88), (ROLLOUT, 0.73), (MANUAL, 0.39), (AUTOMATED, 0.93), (EMERGENCY, 0.61)]
    actors = [ANNA, TAGGER, PIPELINE, NOBODY, SCALER, BORIS]
    levels = [(Level.MEDIUM, 48), (Level.LOW, 22), (Level.MEDIUM, 37), (Level.HIGH, 63), (Level.LOW, 9)]
    drifts = []
    for index in range(24):
        type_, name, change = kinds[index % 6]
        level, score = levels[index % 5]
        drifts.append(
            a_drift(
                100 + index,
                f"module.{('web', 'billing', 'search', 'mail')[index // 6]}.{type_}.{name}",
                f"{name}-{index:02d}",
                [change],
                cause=causes[index % 6],
                actor=actors[index % 6],
                severity=a_severity(level, score, performance=score, cost=score // 2),
                ago=timedelta(hours=1 + index * 5, minutes=index),
                scope=("210987654321/eu-west-1", "345678901234/us-east-1")[index % 2],
                evidence=[(0.7, EventKind.API_CALL, "cloudtrail", 0, f"Modify {name}-{index:02d}")],
            )
        )
    return drifts


def hostile_drifts() -> list[Drift]:
    """Every hostile text in every place that infrastructure can write to."""
    return [
        a_drift(
            1000 + index,
            "" if index % 2 else f"aws_instance.{text}",
            text,
            [Change(f"tags.{text}", text, [text, {text: text}]), Change("user_data", text, text + "!")],
            type_=f"aws_{text}",
            scope=text,
            name=text,
            actor=Actor(text, ActorKind.HUMAN, Via.CLI, text, text),
            severity=a_severity(Level.LOW, 5, text),
            evidence=[(0.5, EventKind.API_CALL, text, 0, text)],
            reasons=[text],
        )
        for index, text in enumerate(HOSTILE)
    ]


def sources(*extra: SourceHealth) -> tuple[SourceHealth, ...]:
    """The health of a company's sources: one has failed, one is partial."""
    ok, failed, partial = SourceStatus.OK, SourceStatus.FAILED, SourceStatus.PARTIAL
    declared, actual, events = SourceRole.DECLARED, SourceRole.ACTUAL, SourceRole.EVENTS
    return (
        SourceHealth("prod-state", "terraform_state", declared, ok, 287),
        SourceHealth("billing-state", "terraform_state", declared, ok, 125),
        SourceHealth("prod", "aws", actual, ok, 398),
        SourceHealth("billing", "aws", actual, partial, 121, 4,
                     "us-east-1: DescribeKey was refused (AccessDenied); give the role kms:DescribeKey"),
        SourceHealth("trail", "cloudtrail", events, ok, 18_204),
        SourceHealth("platform-repo", "git", events, failed, 0, 0,
                     "repos/platform: no git repository there; correct `path` in driftguard.toml"),
        *extra,
    )  # fmt: skip


def a_report(drifts: Sequence[Drift] | None = None, **summary: Any) -> Report:
    """A report of these drifts, of the company's own without any."""
    drifts = tuple(sorted(_notable() + _plain() if drifts is None else drifts, key=lambda drift: -drift.severity.score))
    kinds = [drift.kind for drift in drifts]
    counts = {kind.value: kinds.count(kind) for kind in DriftKind}
    return Report(
        scan=Scan("5ca7", AS_OF, AS_OF + timedelta(seconds=1.4), AS_OF, "0.1.0", sources()),
        summary=Summary(
            **{
                "declared": 412,
                "actual": 519,
                "in_sync": 375,
                "not_compared": 6,
                "coverage": 0.966,
                **counts,
                **summary,
            }
        ),
        drifts=drifts,
    )


def events_around(drift: Drift) -> list[Event]:
    """Evidence as events, with the noise of two hours."""
    moment = drift.changed_at or drift.detected_at
    noise = [
        Event(
            f"n{minute}", moment + timedelta(minutes=minute), "cloudtrail", EventKind.API_CALL, "DescribeInstances",
            TAGGER, writes=False, summary="DescribeInstances",
        )
        for minute in range(-110, 110, 9)
    ]  # fmt: skip
    deploy = Event(
        "d1",
        moment - timedelta(minutes=50),
        "ci",
        EventKind.DEPLOY,
        "apply",
        PIPELINE,
        summary="shop-web 2026.3.14 deployed",
    )
    known = [
        Event(item.event_id, item.at, item.source, item.kind, item.summary, drift.actor) for item in drift.evidence
    ]
    return sorted([*noise, deploy, *known], key=lambda event: event.at)


class RecordedEngine:
    """An engine that finds what it is given. `hold` keeps a scan going until it is set."""

    def __init__(
        self, report: Report | Exception | None = None, *, estate: str = "shop-prod", folder: Path | None = None
    ) -> None:
        self.finds = a_report() if report is None else report
        self.estate = estate
        self.folder = folder
        self.user, self.role = "anna", Role.ADMIN
        self.stores: Stores | None = None
        self.past: list[Report] = []
        health = self.finds.scan.sources if isinstance(self.finds, Report) else sources()
        self.sources = tuple(Source(item.name, item.kind, item.role) for item in health)
        self.report: Report | None = None
        self.scans = 0
        self.confirmed: list[Feedback] = []
        self.verdicts: dict[str, Finding] = {}
        self.refuses: DriftGuardError | None = None
        self.answers_with: Callable[[], Backend] | None = None
        self.executes: Callable[[ChangeRequest], ChangeRequest] | None = None
        self.closed = False
        self.hold = asyncio.Event()
        self.hold.set()

    async def scan(self, listener: Callable[[Any], None]) -> Report:
        """Tells of one source after the other, then finds."""
        from engine.pipeline import Progress

        self.scans += 1
        for source in self.sources[:-1]:
            listener(Progress("collect", source.name, 1_204, done=True))
        await self.hold.wait()
        if isinstance(self.finds, Exception):
            raise self.finds
        self.report = self.finds
        return self.report

    async def read(self, query: Callable[[Any], Any]) -> Any:
        """Asks the stores that a test has given, if it has."""
        return None if self.stores is None else query(self.stores)

    async def report_at(self, at: datetime) -> Report | None:
        """The last of `past` that is not later."""
        return next((report for report in reversed(self.past) if report.scan.as_of <= at), None)

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        """Evidence and noise."""
        return events_around(drift)

    def settings(self, source: str) -> Mapping[str, str]:
        """Made up for every source."""
        return {"path": f"states/{source}/*.tfstate", "token": "keyring:driftguard/token"}

    async def check(self, source: str) -> Finding:
        """What `verdicts` says of it, once `hold` is set."""
        await self.hold.wait()
        return self.verdicts.get(source) or Finding("sources", source, Verdict.OK, "reachable")

    def workflow(self, stores: Stores) -> Workflow:
        """Of an estate in which people carry everything out, for anna."""
        config = Config(name=self.estate, base=stores.folder, store=stores.folder)
        return Workflow(config, stores.ledger, stores.folder, self.user)

    async def execute(self, request: ChangeRequest, say: Callable[[str], None], over: threading.Event) -> ChangeRequest:
        """Says two lines, and does what `executes` says, once `hold` is set."""
        say("aws_security_group.front: Modifying...")
        await self.hold.wait()
        say("stopped" if over.is_set() else "Apply complete!")
        assert self.executes is not None
        return self.executes(request)

    def backend(self) -> Backend:
        """The built-in analyst, unless the test brings another."""
        return self.answers_with() if self.answers_with is not None else Analyst()

    async def confirm(self, drift: Drift, category: Category) -> Feedback:
        """Remembers it, unless `refuses` says why not."""
        if self.refuses is not None:
            raise self.refuses
        cause = drift.cause
        given = Feedback(
            drift_id=drift.id, estate=self.estate, scope=drift.resource.scope, category=category, named=cause.category,
            distribution=cause.distribution, model=cause.model, by="anna", at=AS_OF,
        )  # fmt: skip
        self.confirmed.append(given)
        return given

    def close(self) -> None:
        """Remembers it."""
        self.closed = True
