"""What a scan of the demo estate should find, story by story."""

from dataclasses import dataclass

from driftguard_tui.demo.company import (
    CHIARA,
    CI_ROLE,
    DEV,
    HANNAH,
    JONAS,
    LUKAS,
    PRIYA,
    SOFIA,
    TOMASZ,
)


@dataclass(frozen=True)
class Truth:
    """One drift. `resource` is the address, or the id of what no code declares; `paths` are what changed.

    `who` is part of the principal; `at` is when it came about: the call, or the
    merge that nothing followed; `cause` is one of the five categories. All three are None where no event explains it.
    """

    story: str
    kind: str
    resource: str
    paths: tuple[str, ...]
    who: str | None
    at: str | None
    cause: str | None


_QUEUES = "https://sqs.eu-west-1.amazonaws.com/418207635194"

TRUTH = (
    Truth(
        "tracking-fleet", "modified", "module.tracking.aws_autoscaling_group.app",
        ("desired_capacity", "max_size", "min_size"), JONAS.email, "2026-03-14 02:44:19", "emergency_fix",
    ),
    Truth(
        "parcel-events-throughput", "modified", "aws_dynamodb_table.parcel_events",
        ("read_capacity", "write_capacity"), PRIYA.email, "2026-03-14 03:06:31", "emergency_fix",
    ),
    Truth(
        "tracking-database", "modified", "aws_db_instance.tracking", ("instance_class",),
        TOMASZ.email, "2026-03-14 03:18:47", "emergency_fix",
    ),
    Truth(
        "scan-ingest-concurrency", "modified", "aws_lambda_function.scan_ingest",
        ("reserved_concurrent_executions",), PRIYA.email, "2026-03-14 03:11:20", "emergency_fix",
    ),
    Truth(
        "bastion-from-home", "modified", "aws_security_group.bastion", ("ingress[1]",),
        TOMASZ.email, "2026-03-14 02:58:36", "emergency_fix",
    ),
    Truth(
        "address-check-debug", "modified", "aws_lambda_function.address_check",
        ("environment[0].variables.LOG_LEVEL", "timeout"),
        CHIARA.email, "2026-03-11 15:02:44", "manual_troubleshooting",
    ),
    Truth(
        "booking-idle-timeout", "modified", "module.booking.aws_lb.front", ("idle_timeout",),
        LUKAS.email, "2026-03-12 10:31:08", "manual_troubleshooting",
    ),
    Truth(
        "batch-worker-size", "modified", "aws_instance.batch[1]", ("instance_type",),
        SOFIA.email, "2026-03-10 13:20:15", "manual_troubleshooting",
    ),
    Truth(
        "routing-suspended", "modified", "module.routing.aws_autoscaling_group.app",
        ("health_check_grace_period",), DEV.email, "2026-03-13 16:44:51", "manual_troubleshooting",
    ),
    Truth(
        "export-debug-queue", "unmanaged", f"{_QUEUES}/sofia-export-debug", (),
        SOFIA.email, "2026-03-10 14:02:38", "manual_troubleshooting",
    ),
    Truth(
        "staging-queue-deleted", "missing", "module.payments.aws_sqs_queue.jobs", (),
        HANNAH.email, "2026-03-12 14:22:47", "manual_troubleshooting",
    ),
    Truth(
        "booking-fleet-scaled", "modified", "module.booking.aws_autoscaling_group.app", ("desired_capacity",),
        "autoscaling", "2026-03-16 06:58:02", "automated_process",
    ),
    Truth(
        "route-plans-scaled", "modified", "aws_dynamodb_table.route_plans", ("read_capacity",),
        "autoscaling", "2026-03-16 04:00:23", "automated_process",
    ),
    Truth(
        "booking-storage-grown", "modified", "aws_db_instance.booking", ("allocated_storage",),
        "rds", "2026-03-08 11:27:40", "automated_process",
    ),
    Truth(
        "tagger-renames-tracking", "modified", "aws_s3_bucket.delivery_proofs", ("tags.Team",),
        "finops-tagger", "2026-03-13 01:00:14", "automated_process",
    ),
    Truth(
        "tagger-renames-payments", "modified", "aws_lambda_function.invoice_export", ("tags.Team",),
        "finops-tagger", "2026-03-13 01:00:31", "automated_process",
    ),
    Truth(
        "payments-backups", "modified", "aws_db_instance.payments", ("backup_retention_period",),
        HANNAH.email, "2026-03-10 09:52:31", "incomplete_rollout",
    ),
    Truth(
        "label-renderer-memory", "modified", "aws_lambda_function.label_renderer", ("memory_size",),
        CHIARA.email, "2026-03-12 11:30:17", "incomplete_rollout",
    ),
    Truth(
        "returns-queue-left", "unmanaged", f"{_QUEUES}/lp-prod-returns-jobs", (),
        CI_ROLE, "2026-03-12 11:36:41", "incomplete_rollout",
    ),
    Truth(
        "delivered-topic-replaced", "missing", "aws_sns_topic.parcel_delivered", (),
        CI_ROLE, "2026-03-13 10:20:33", "incomplete_rollout",
    ),
    Truth(
        "notify-dispatch-timeout", "modified", "aws_lambda_function.notify_dispatch", ("timeout",),
        CI_ROLE, "2026-03-13 10:20:12", "incomplete_rollout",
    ),
    Truth(
        "partner-feed-administrator", "modified", "aws_iam_role.partner_feed", ("managed_policy_arns",),
        "marek.novak", "2026-03-09 23:52:40", "unauthorized_change",
    ),
    Truth(
        "databases-open", "modified", "aws_security_group.databases", ("ingress[3]",),
        "marek.novak", "2026-03-10 00:03:58", "unauthorized_change",
    ),
    Truth(
        "frankfurt-gpu", "unmanaged", "i-58503915ee369df1f", (),
        "marek.novak", "2026-03-10 00:21:16", "unauthorized_change",
    ),
    Truth(
        "trail-log-deleted", "missing", "aws_cloudwatch_log_group.trail", (),
        "marek.novak", "2026-03-10 00:30:05", "unauthorized_change",
    ),
    Truth(
        "audit-key-rotation", "modified", "aws_kms_key.audit", ("enable_key_rotation",),
        "root", "2026-03-08 03:17:22", "unauthorized_change",
    ),
    Truth(
        "exports-public", "modified", "aws_s3_bucket_public_access_block.exports",
        ("block_public_policy", "restrict_public_buckets"),
        LUKAS.email, "2026-03-13 18:47:09", "unauthorized_change",
    ),
    Truth(
        "runner-log-retention", "modified", "aws_cloudwatch_log_group.runner", ("retention_in_days",),
        None, None, None,
    ),
)  # fmt: skip

#: Those that left a trace.
EXPLAINED = tuple(truth for truth in TRUTH if truth.cause is not None)
