"""The small programs around the services: Lambda functions, their roles and their logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftguard_tui.demo.company import BOOKING, LABELS, PAYMENTS, PROD_DUBLIN, TRACKING, Service
from driftguard_tui.demo.estate.plan import Expr, Stack
from driftguard_tui.demo.kit import code_of
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.identity import Policy, Role, RoleAttachment, allow, document, trust
from driftguard_tui.demo.things.keeping import LogGroup
from driftguard_tui.demo.things.messaging import Queue, Topic
from driftguard_tui.demo.things.storage import bucket_name

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
CODE_BUCKET = bucket_name("shared", "artefacts")


@dataclass(frozen=True)
class Program:
    """One function, as its team describes it."""

    name: str
    service: Service
    description: str
    memory: int = 256
    timeout: int = 30
    concurrency: int = -1
    environment: Mapping[str, str] = field(default_factory=dict)


PROGRAMS = (
    Program(
        "label-renderer",
        LABELS,
        "Draws shipping labels as PDF",
        # Raised in March; the apply that should have brought it failed half-way.
        memory=2048,
        timeout=60,
        environment={"LOG_LEVEL": "WARNING", "DPI": "203", "FONT": "Inter"},
    ),
    Program(
        "scan-ingest",
        TRACKING,
        "Takes scanner events in",
        memory=512,
        concurrency=80,
        environment={"LOG_LEVEL": "INFO", "TABLE": "lp-prod-parcel-events"},
    ),
    Program(
        "notify-dispatch",
        BOOKING,
        "Sends texts and mails to recipients",
        timeout=20,
        environment={"LOG_LEVEL": "INFO", "WEBHOOK_SECRET": "whk_" + code_of("webhook", length=24).lower()},
    ),
    Program(
        "invoice-export",
        PAYMENTS,
        "Hands invoices to bookkeeping",
        memory=512,
        timeout=300,
        environment={"LOG_LEVEL": "INFO", "TARGET": "sftp.ledger.larkspur.example"},
    ),
    Program(
        "address-check",
        BOOKING,
        "Normalises delivery addresses",
        environment={"LOG_LEVEL": "INFO", "COUNTRIES": "IE,GB,DE,FR,NL"},
    ),
)


def build_functions() -> Stack:
    """The functions stack of production."""
    stack = Stack("prod/functions", PROD_DUBLIN, serial=341)
    home = stack.home
    queue_access = Policy(
        home=home,
        name="lp-prod-function-queues",
        description="Functions read and write the job queues",
        body=document(
            allow(
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage"],
                [home.arn("sqs", "lp-prod-label-*"), home.arn("sqs", "lp-prod-*-jobs")],
                "Queues",
            )
        ),
        attachments=len(PROGRAMS),
        tags={"Service": "functions", "Team": "platform"},
    )
    stack.add("function_queues", queue_access, file="iam.tf")
    for program in PROGRAMS:
        _add_program(stack, program, queue_access)
    dead = stack.add(
        "label_dead",
        Queue(home=home, name="lp-prod-label-dead", retention=1_209_600, wait=0, tags=LABELS.tags()),
        file="queues.tf",
    )
    stack.add(
        "label_jobs",
        Queue(home=home, name="lp-prod-label-jobs", visibility=120, dead_letters=dead.arn, tags=LABELS.tags()),
        file="queues.tf",
    )
    stack.add(
        "parcel_delivered",
        Topic(home=home, name="lp-prod-parcel-delivered", tags=TRACKING.tags()),
        file="queues.tf",
    )
    return stack


def _secret_by_reference(environment: Mapping[str, str]) -> dict[str, object]:
    """The code never holds the secret that the state does."""
    if "WEBHOOK_SECRET" not in environment:
        return {}
    return {"environment": [{"variables": {**environment, "WEBHOOK_SECRET": Expr("var.webhook_secret")}}]}


def _add_program(stack: Stack, program: Program, queue_access: Policy) -> None:
    home, name = stack.home, f"lp-prod-{program.name}"
    label = program.name.replace("-", "_")
    role = stack.add(
        label,
        Role(
            home=home,
            name=name,
            description=program.description,
            trust=trust("lambda.amazonaws.com"),
            attached=(BASIC, queue_access.arn),
            tags=program.service.tags(),
        ),
        file="iam.tf",
    )
    for suffix, arn in (("basic", BASIC), ("queues", queue_access.arn)):
        stack.add(f"{label}_{suffix}", RoleAttachment(home=home, role=role, policy_arn=arn), file="iam.tf")
    stack.add(
        label,
        LogGroup(home=home, name=f"/aws/lambda/{name}", retention=14, tags=program.service.tags()),
        file="logs.tf",
    )
    stack.add(
        label,
        Function(
            home=home,
            name=name,
            role=role.arn,
            description=program.description,
            memory=program.memory,
            timeout=program.timeout,
            concurrency=program.concurrency,
            environment=program.environment,
            bucket=CODE_BUCKET,
            tags={"Name": name, **program.service.tags()},
        ),
        file="functions.tf",
        code=_secret_by_reference(program.environment),
    )
