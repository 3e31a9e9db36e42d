"""The ordinary history: how the code grew, and what people and bots changed before anything went wrong."""

from dataclasses import dataclass

from driftguard_tui.demo.company import (
    AOIFE,
    CHIARA,
    DEV,
    HANNAH,
    INES,
    JONAS,
    LUKAS,
    MATEO,
    PRIYA,
    SOFIA,
    TOMASZ,
    Person,
)
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories import Edit, PullRequest


@dataclass(frozen=True)
class Bot(Person):
    """A program that writes commits; `login` is its whole address."""

    @property
    def email(self) -> str:
        return self.login


RENOVATE = Bot("29139614+renovate[bot]@users.noreply.github.com", "renovate[bot]", "bots")
#: What merges pull requests when somebody presses the button: the commit is theirs, the committer is the site.
FORGE = Bot("noreply@github.com", "GitHub", "bots")

#: The provider's version today, and what it was before the bot raised it.
PROVIDER_VERSION = "5.41.0"
_EARLIER_VERSIONS = ("5.36.0", "5.39.1")


@dataclass(frozen=True)
class Import:
    """A commit that brought files in, by the prefixes of their paths."""

    author: Person
    at: str
    subject: str
    prefixes: tuple[str, ...]


IMPORTS = (
    Import(INES, "2025-10-20 08:40:11", "Start the infrastructure repository", ("README.md", ".gitignore", "modules/")),
    Import(INES, "2025-10-20 09:02:45", "Networks of production", ("live/prod/network/",)),
    Import(SOFIA, "2025-10-21 13:31:02", "Databases, tables and buckets", ("live/prod/data/",)),
    Import(TOMASZ, "2025-10-23 10:20:37", "Services as calls of one module", ("live/prod/services/",)),
    Import(PRIYA, "2025-10-27 15:08:19", "Roles, bastion, audit trail", ("live/prod/platform/",)),
    Import(CHIARA, "2025-11-04 09:44:50", "Functions around the services", ("live/prod/functions/",)),
    Import(TOMASZ, "2025-11-11 11:17:28", "Staging and the tools", ("live/shared/",)),
    Import(INES, "2025-12-02 14:26:33", "A place to go when Dublin is gone", ("live/prod/recovery/",)),
)

_STACKS = (
    "prod/network", "prod/data", "prod/services", "prod/platform", "prod/functions", "shared/staging",
    "shared/tools", "prod/recovery",
)  # fmt: skip


def ordinary_changes() -> tuple[PullRequest, ...]:
    """Changes that arrived: the state agrees with them."""
    return (*_CHANGES, *_provider_updates())


def _edit(stack: str, file: str, block: str, argument: str, before: str, after: str) -> Edit:
    return Edit(f"live/{stack}/{file}", block, argument, before, after)


def _change(
    number: int, author: Person, at: str, merged: str, subject: str, *edits: Edit, body: str = ""
) -> PullRequest:
    return PullRequest(number, author, when(at), when(merged), subject, body, edits)


def _resource(kind: str, name: str) -> str:
    return f'resource "{kind}" "{name}"'


_CHANGES = (
    _change(
        318, LUKAS, "2025-12-09 10:11:20", "2025-12-09 14:02:51", "Room for Christmas: booking up to 12",
        _edit("prod/services", "main.tf", 'module "booking"', "max_size", "8", "12"),
    ),
    _change(
        322, JONAS, "2025-12-10 08:52:37", "2025-12-10 09:30:18", "Tracking on faster machines",
        _edit("prod/services", "main.tf", 'module "tracking"', "instance_type", '"m6i.xlarge"', '"c6i.xlarge"'),
        _edit("prod/services", "main.tf", 'module "tracking"', "max_size", "12", "16"),
    ),
    _change(
        347, MATEO, "2026-01-08 13:45:09", "2026-01-09 09:12:00", "Give payment jobs three minutes",
        _edit("prod/services", "main.tf", 'module "payments"', "queue_visibility_timeout", "60", "180"),
    ),
    _change(
        352, DEV, "2026-01-13 09:15:44", "2026-01-13 15:40:26", "Route plans need more reads at night",
        _edit("prod/data", "tables.tf", _resource("aws_dynamodb_table", "route_plans"), "read_capacity", "25", "40"),
    ),
    _change(
        360, PRIYA, "2026-01-20 10:02:13", "2026-01-20 10:47:39", "Keep the audit trail for a year",
        _edit("prod/platform", "audit.tf", _resource("aws_cloudwatch_log_group", "trail"),
              "retention_in_days", "180", "365"),
        body="Asked for by the auditors.",
    ),
    _change(
        366, CHIARA, "2026-01-27 14:29:58", "2026-01-28 08:55:07", "Label jobs run for up to two minutes",
        _edit("prod/functions", "queues.tf", _resource("aws_sqs_queue", "label_jobs"),
              "visibility_timeout_seconds", "60", "120"),
    ),
    _change(
        381, TOMASZ, "2026-02-03 11:20:31", "2026-02-03 11:58:12", "hotfix: bastion was too small to log in to",
        _edit("prod/platform", "bastion.tf", _resource("aws_instance", "bastion"), "instance_type",
              '"t3.nano"', '"t3.small"'),
    ),
    _change(
        388, HANNAH, "2026-02-10 09:31:46", "2026-02-10 13:14:22", "Shorter sessions for support",
        _edit("prod/platform", "iam.tf", _resource("aws_iam_role", "support"), "max_session_duration",
              "14400", "3600"),
    ),
    _change(
        391, HANNAH, "2026-02-11 07:48:05", "2026-02-11 08:03:30", 'Revert "Shorter sessions for support"',
        _edit("prod/platform", "iam.tf", _resource("aws_iam_role", "support"), "max_session_duration",
              "3600", "14400"),
        body="Support lost their sessions in the middle of calls. This reverts #388.",
    ),
    _change(
        402, AOIFE, "2026-02-17 15:10:27", "2026-02-18 09:20:14", "Let more scanner events in at once",
        _edit("prod/functions", "functions.tf", _resource("aws_lambda_function", "scan_ingest"),
              "reserved_concurrent_executions", "50", "80"),
    ),
    _change(
        415, SOFIA, "2026-02-23 10:37:55", "2026-02-23 16:01:48", "Batch workers with more processors",
        _edit("prod/platform", "batch.tf", _resource("aws_instance", "batch"), "instance_type",
              '"c6i.xlarge"', '"c6i.2xlarge"'),
    ),
    _change(
        431, MATEO, "2026-02-26 08:15:19", "2026-02-26 12:44:03", "Invoices take up to five minutes",
        _edit("prod/functions", "functions.tf", _resource("aws_lambda_function", "invoice_export"), "timeout",
              "120", "300"),
    ),
    _change(
        448, INES, "2026-03-03 13:22:41", "2026-03-04 09:05:56", "Runners with enough memory to plan prod",
        _edit("shared/tools", "runners.tf", _resource("aws_instance", "runner"), "instance_type",
              '"c6i.large"', '"c6i.xlarge"'),
    ),
    _change(
        459, TOMASZ, "2026-03-05 16:08:12", "2026-03-06 10:07:44", "Keep function logs for two weeks",
        *(
            _edit("prod/functions", "logs.tf", _resource("aws_cloudwatch_log_group", name), "retention_in_days",
                  "7", "14")
            for name in ("label_renderer", "scan_ingest", "notify_dispatch")
        ),
    ),
)  # fmt: skip


def _provider_updates() -> tuple[PullRequest, ...]:
    """The bot raises the provider's version in every stack."""
    versions = (*_EARLIER_VERSIONS, PROVIDER_VERSION)
    days = ("2026-02-19", "2026-03-05")
    return tuple(
        _change(
            405 + 50 * index, RENOVATE, f"{day} 02:15:08", f"{day} 09:40:33",
            f"Update Terraform aws to {after}",
            *(_edit(stack, "versions.tf", "aws =", "version", f'"{before}"', f'"{after}"') for stack in _STACKS),
        )
        for index, (day, before, after) in enumerate(zip(days, versions, versions[1:], strict=False))
    )  # fmt: skip
