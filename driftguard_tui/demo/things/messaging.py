"""Queues and topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from driftguard_tui.demo.kit import compact
from driftguard_tui.demo.things.base import Recorded, Thing


@dataclass(frozen=True, kw_only=True)
class Queue(Recorded):
    """A queue. AWS Config does not record its policy; `get-queue-attributes` answers it."""

    terraform_type = "aws_sqs_queue"
    native = "AWS::SQS::Queue"
    arguments = (
        "name", "visibility_timeout_seconds", "message_retention_seconds", "receive_wait_time_seconds",
        "redrive_policy", "sqs_managed_sse_enabled", "tags",
    )  # fmt: skip

    name: str
    visibility: int = 60
    retention: int = 345_600
    wait: int = 20
    delay: int = 0
    dead_letters: str = ""
    max_receives: int = 5
    policy: Mapping[str, Any] | None = None

    @property
    def url(self) -> str:
        return f"https://sqs.{self.home.region}.amazonaws.com/{self.home.account.number}/{self.name}"

    @property
    def redrive(self) -> str:
        if not self.dead_letters:
            return ""
        return compact({"deadLetterTargetArn": self.dead_letters, "maxReceiveCount": self.max_receives})

    def attributes(self) -> dict[str, Any]:
        return {
            "arn": self.home.arn("sqs", self.name),
            "content_based_deduplication": False,
            "deduplication_scope": "",
            "delay_seconds": self.delay,
            "fifo_queue": False,
            "fifo_throughput_limit": "",
            "id": self.url,
            "kms_data_key_reuse_period_seconds": 300,
            "kms_master_key_id": "",
            "max_message_size": 262_144,
            "message_retention_seconds": self.retention,
            "name": self.name,
            "name_prefix": "",
            "policy": compact(self.policy) if self.policy else "",
            "receive_wait_time_seconds": self.wait,
            "redrive_allow_policy": "",
            "redrive_policy": self.redrive,
            "sqs_managed_sse_enabled": True,
            **self.tag_attributes(),
            "url": self.url,
            "visibility_timeout_seconds": self.visibility,
        }

    def live_attributes(self) -> dict[str, str]:
        """The attributes as SQS answers them: text throughout."""
        redrive = {"RedrivePolicy": self.redrive} if self.dead_letters else {}
        policy = {"Policy": compact(self.policy)} if self.policy else {}
        return {
            "QueueArn": self.arn,
            "ApproximateNumberOfMessages": "0",
            "ApproximateNumberOfMessagesNotVisible": "0",
            "ApproximateNumberOfMessagesDelayed": "0",
            "CreatedTimestamp": str(int(self.created.timestamp())),
            "LastModifiedTimestamp": str(int((self.touched or self.created).timestamp())),
            "VisibilityTimeout": str(self.visibility),
            "MaximumMessageSize": "262144",
            "MessageRetentionPeriod": str(self.retention),
            "DelaySeconds": str(self.delay),
            "ReceiveMessageWaitTimeSeconds": str(self.wait),
            **redrive,
            **policy,
            "SqsManagedSseEnabled": "true",
        }

    def config_item(self) -> dict[str, Any]:
        shown = (
            "QueueArn", "VisibilityTimeout", "MessageRetentionPeriod", "DelaySeconds",
            "ReceiveMessageWaitTimeSeconds", "MaximumMessageSize", "RedrivePolicy", "SqsManagedSseEnabled",
            "CreatedTimestamp", "LastModifiedTimestamp",
        )  # fmt: skip
        live = self.live_attributes()
        return self.recorded_item(
            self.url,
            self.name,
            {
                "QueueUrl": self.url,
                "QueueName": self.name,
                **{key: live[key] for key in shown if key in live},
            },
            {"Tags": self.shown_tags},
            zone="Regional",
        )


@dataclass(frozen=True, kw_only=True)
class QueuePolicy(Thing):
    terraform_type = "aws_sqs_queue_policy"
    arguments = ("queue_url", "policy")
    schema_version = 1

    queue: Queue

    def attributes(self) -> dict[str, Any]:
        return {
            "id": self.queue.url,
            "policy": compact(self.queue.policy),
            "queue_url": self.queue.url,
        }


@dataclass(frozen=True, kw_only=True)
class Topic(Recorded):
    terraform_type = "aws_sns_topic"
    native = "AWS::SNS::Topic"
    arguments = ("name", "display_name", "kms_master_key_id", "tags")

    name: str
    display_name: str = ""
    kms_key: str = ""
    policy: Mapping[str, Any] | None = None

    @property
    def shown_policy(self) -> str:
        """The policy, or the one that SNS gives every new topic."""
        return compact(self.policy or _default_policy(self.arn_text, self.home.account.number))

    @property
    def arn_text(self) -> str:
        return self.home.arn("sns", self.name)

    def attributes(self) -> dict[str, Any]:
        feedback = {
            f"{protocol}_{outcome}": value
            for protocol in ("application", "firehose", "http", "lambda", "sqs")
            for outcome, value in (
                ("failure_feedback_role_arn", ""),
                ("success_feedback_role_arn", ""),
                ("success_feedback_sample_rate", 0),
            )
        }
        return {
            "archive_policy": "",
            "arn": self.arn_text,
            "beginning_archive_time": "",
            "content_based_deduplication": False,
            "delivery_policy": "",
            "display_name": self.display_name,
            "fifo_topic": False,
            **feedback,
            "id": self.arn_text,
            "kms_master_key_id": self.kms_key,
            "name": self.name,
            "name_prefix": "",
            "owner": self.home.account.number,
            "policy": self.shown_policy,
            "signature_version": 0,
            **self.tag_attributes(),
            "tracing_config": "",
        }

    def config_item(self) -> dict[str, Any]:
        return self.recorded_item(
            self.arn_text,
            self.name,
            {
                "Policy": self.shown_policy,
                "Owner": self.home.account.number,
                "SubscriptionsPending": "0",
                "TopicArn": self.arn_text,
                "EffectiveDeliveryPolicy": _DELIVERY_POLICY,
                "SubscriptionsConfirmed": "1",
                "DisplayName": self.display_name,
                "SubscriptionsDeleted": "0",
                **({"KmsMasterKeyId": self.kms_key} if self.kms_key else {}),
            },
            {"Tags": [{"key": key, "value": value} for key, value in self.shown_tags.items()]},
        )


_DELIVERY_POLICY = compact(
    {
        "http": {
            "defaultHealthyRetryPolicy": {
                "minDelayTarget": 20,
                "maxDelayTarget": 20,
                "numRetries": 3,
                "numMaxDelayRetries": 0,
                "numNoDelayRetries": 0,
                "numMinDelayRetries": 0,
                "backoffFunction": "linear",
            },
            "disableSubscriptionOverrides": False,
        }
    }
)


def _default_policy(arn: str, account: str) -> dict[str, Any]:
    actions = (
        "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic",
        "Subscribe", "ListSubscriptionsByTopic", "Publish",
    )  # fmt: skip
    return {
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [f"SNS:{action}" for action in actions],
                "Resource": arn,
                "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
            }
        ],
    }
