"""Changes that were merged and did not arrive, or not as a whole."""

from driftguard_tui.demo.company import CHIARA, HANNAH, INES, LUKAS, PROD_DUBLIN
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories.story import Appended, Edit, Gone, PullRequest, Story, Stray, altered
from driftguard_tui.demo.things.databases import Database
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.messaging import Queue, Topic
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import pipeline

PAYMENTS_DATABASE = Where("prod/data", "aws_db_instance.payments")
RENDERER = Where("prod/functions", "aws_lambda_function.label_renderer")
DELIVERED = Where("prod/functions", "aws_sns_topic.parcel_delivered")
DISPATCH = Where("prod/functions", "aws_lambda_function.notify_dispatch")

_RETURNS = """
resource "aws_sqs_queue" "returns_jobs" {
  name                       = "lp-prod-returns-jobs"
  visibility_timeout_seconds = 90
  message_retention_seconds  = 345600
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true

  tags = merge(local.tags, { Service = "labels", Team = "labels" })
}
"""


def tell(company: Company) -> tuple[Story, ...]:
    """Their stories."""
    return (
        _refused_backups(company),
        _half_an_apply(company),
        _queue_without_state(),
        _replaced_halfway(company),
        _state_that_was_not_written(company),
    )


def _refused_backups(company: Company) -> Story:
    database = company.estate.thing(PAYMENTS_DATABASE, Database)
    request = {
        "dBInstanceIdentifier": database.name,
        "applyImmediately": False,
        "allowMajorVersionUpgrade": False,
        "backupRetentionPeriod": 35,
    }
    return Story(
        "payments-backups",
        "Backups for 35 days were merged; RDS refused the change and the pipeline was not run again.",
        altered(PAYMENTS_DATABASE, None, backup_days=14),
        calls=(
            Call(
                when("2026-03-10 09:58:26"),
                pipeline(),
                "rds",
                "ModifyDBInstance",
                request,
                error="InvalidDBInstanceState",
                message=f"Database instance is not in available state: {database.name} is backing-up.",
            ),
        ),
        pull_requests=(
            PullRequest(
                471,
                HANNAH,
                when("2026-03-09 16:40:12"),
                when("2026-03-10 09:52:31"),
                "Keep payments backups for 35 days",
                "The auditors ask for it from April on.",
                (
                    Edit(
                        "live/prod/data/databases.tf",
                        'resource "aws_db_instance" "payments"',
                        "backup_retention_period",
                        "14",
                        "35",
                    ),
                ),
            ),
        ),
    )


def _half_an_apply(company: Company) -> Story:
    function = company.estate.thing(RENDERER, Function)
    return Story(
        "label-renderer-memory",
        "The apply stops at a function that was being updated: its new memory is in the state only.",
        altered(RENDERER, None, memory=1024),
        calls=(
            Call(
                when("2026-03-12 11:37:08"),
                pipeline(),
                "lambda",
                "UpdateFunctionConfiguration20150331v2",
                {"functionName": function.name, "memorySize": 2048},
                error="ResourceConflictException",
                message=f"An update is in progress for resource: {function.arn}",
            ),
        ),
        pull_requests=(
            PullRequest(
                476,
                CHIARA,
                when("2026-03-12 10:48:51"),
                when("2026-03-12 11:30:17"),
                "Draw labels with twice the memory",
                edits=(
                    Edit(
                        "live/prod/functions/functions.tf",
                        'resource "aws_lambda_function" "label_renderer"',
                        "memory_size",
                        "1024",
                        "2048",
                    ),
                ),
            ),
        ),
    )


def _queue_without_state() -> Story:
    queue = Queue(
        home=PROD_DUBLIN,
        name="lp-prod-returns-jobs",
        visibility=90,
        created=when("2026-03-12 11:36:41"),
        touched=when("2026-03-12 11:36:41"),
        tags={"Service": "labels", "Team": "labels"},
    )
    return Story(
        "returns-queue-left",
        "The same apply made a queue and stopped before it could write that down.",
        Stray(queue),
        calls=(
            Call(
                when("2026-03-12 11:36:41"),
                pipeline(),
                "sqs",
                "CreateQueue",
                {
                    "queueName": queue.name,
                    "attributes": {"VisibilityTimeout": "90", "SqsManagedSseEnabled": "true"},
                    "tags": queue.all_tags,
                },
                {"queueUrl": queue.url},
            ),
        ),
        pull_requests=(
            PullRequest(
                477,
                CHIARA,
                when("2026-03-12 10:55:20"),
                when("2026-03-12 11:31:44"),
                "Give returns a queue of their own",
                edits=(Appended("live/prod/functions/queues.tf", _RETURNS),),
                pending=True,
            ),
        ),
    )


def _replaced_halfway(company: Company) -> Story:
    topic = company.estate.thing(DELIVERED, Topic)
    return Story(
        "delivered-topic-replaced",
        "A new name means a new topic: the old one was deleted, the new one refused.",
        Gone(DELIVERED),
        calls=(
            Call(when("2026-03-13 10:20:33"), pipeline(), "sns", "DeleteTopic", {"topicArn": topic.arn}),
            Call(
                when("2026-03-13 10:20:39"),
                pipeline(),
                "sns",
                "CreateTopic",
                {"name": "lp-prod-delivery-events", "tags": []},
                error="Throttling",
                message="Rate exceeded",
            ),
        ),
        pull_requests=(
            PullRequest(
                479,
                LUKAS,
                when("2026-03-13 08:55:06"),
                when("2026-03-13 10:14:02"),
                "Name the delivery topic after what it carries",
                edits=(
                    Edit(
                        "live/prod/functions/queues.tf",
                        'resource "aws_sns_topic" "parcel_delivered"',
                        "name",
                        '"lp-prod-parcel-delivered"',
                        '"lp-prod-delivery-events"',
                    ),
                ),
                pending=True,
            ),
        ),
    )


def _state_that_was_not_written(company: Company) -> Story:
    function = company.estate.thing(DISPATCH, Function)
    return Story(
        "notify-dispatch-timeout",
        "The timeout was applied, but the runner died before it wrote the state: the state is stale.",
        altered(DISPATCH, when("2026-03-13 10:20:12"), timeout=45),
        calls=(
            Call(
                when("2026-03-13 10:20:12"),
                pipeline(),
                "lambda",
                "UpdateFunctionConfiguration20150331v2",
                {"functionName": function.name, "timeout": 45},
                {"functionName": function.name, "functionArn": function.arn, "timeout": 45},
            ),
        ),
        pull_requests=(
            PullRequest(
                478,
                INES,
                when("2026-03-13 09:31:15"),
                when("2026-03-13 10:13:27"),
                "Wait longer for the text gateway",
                edits=(
                    Edit(
                        "live/prod/functions/functions.tf",
                        'resource "aws_lambda_function" "notify_dispatch"',
                        "timeout",
                        "20",
                        "45",
                    ),
                ),
                pending=True,
            ),
        ),
    )
