"""Writes that changed something and left nothing: the same operations, by others, on the stories' neighbours."""

from collections.abc import Iterator
from datetime import timedelta

from driftguard_tui.demo.company import AOIFE, HANNAH, MATEO, PATCH_ROLE, PROD, PROD_DUBLIN, SHARED
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import hex_of, pairs, when
from driftguard_tui.demo.things.balancers import LoadBalancer
from driftguard_tui.demo.things.compute import Instance
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.keeping import LogGroup
from driftguard_tui.demo.things.storage import Bucket
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import Caller, person, pipeline, service_role, tagger


def neighbours(company: Company) -> Iterator[Call]:
    """Their calls."""
    yield from _scaling_that_ended_where_it_began()
    yield from _nightly_tags(company)
    yield from _applies(company)
    yield from _there_and_back(company)
    yield from _patching(company)
    yield from _refused(company)


def _scaling_that_ended_where_it_began() -> Iterator[Call]:
    scaler = service_role("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com", "AutoScaling")
    days = {"tracking": (7, 9, 8, 6), "routing": (4, 5, 4, 3)}
    for group, steps in days.items():
        for day in range(6, 14):
            for step, desired in enumerate(steps):
                at = when(f"2026-03-{day:02} 08:00:00") + timedelta(hours=2 * step, minutes=day, seconds=len(group))
                request = {
                    "autoScalingGroupName": f"lp-prod-{group}-asg",
                    "desiredCapacity": desired,
                    "honorCooldown": False,
                }
                yield Call(at, scaler, "autoscaling", "SetDesiredCapacity", request)


def _nightly_tags(company: Company) -> Iterator[Call]:
    """The tagger writes, every night, tags that are there already."""
    for label in ("documents", "access_logs"):
        bucket = company.estate.thing(Where("prod/data", f"aws_s3_bucket.{label}"), Bucket)
        tags = {"TagSet": {"Tag": pairs(bucket.all_tags, "Key", "Value")}}
        for day in range(7, 17):
            yield Call(
                when(f"2026-03-{day:02} 01:00:09") + timedelta(seconds=len(label)),
                tagger(),
                "s3",
                "PutBucketTagging",
                {"bucketName": bucket.name, "tagging": "", "Tagging": tags},
                resource=("AWS::S3::Bucket", bucket.arn),
            )


def _applies(company: Company) -> Iterator[Call]:
    """What the pipeline applied, as declared, after merges that went well."""
    for hour, label in enumerate(("label_renderer", "scan_ingest", "notify_dispatch")):
        group = company.estate.thing(Where("prod/functions", f"aws_cloudwatch_log_group.{label}"), LogGroup)
        yield Call(
            when("2026-03-06 10:12:31") + timedelta(seconds=2 * hour),
            pipeline(),
            "logs",
            "PutRetentionPolicy",
            {"logGroupName": group.name, "retentionInDays": group.retention},
        )
    balancer = company.estate.thing(Where("prod/services", "module.tracking.aws_lb.front"), LoadBalancer)
    attribute = {"key": "idle_timeout.timeout_seconds", "value": str(balancer.idle_timeout)}
    yield Call(
        when("2026-03-09 14:25:10"),
        pipeline(),
        "elasticloadbalancing",
        "ModifyLoadBalancerAttributes",
        {"loadBalancerArn": balancer.arn, "attributes": [attribute]},
        {"attributes": [attribute]},
    )


def _there_and_back(company: Company) -> Iterator[Call]:
    """Aoife measures with more memory and puts it back."""
    function = company.estate.thing(Where("prod/functions", "aws_lambda_function.scan_ingest"), Function)
    aoife = person(AOIFE)
    for at, memory in (("2026-03-11 09:20:44", 1024), ("2026-03-11 11:48:02", function.memory)):
        yield Call(
            when(at),
            aoife,
            "lambda",
            "UpdateFunctionConfiguration20150331v2",
            {"functionName": function.name, "memorySize": memory},
            {"functionName": function.name, "functionArn": function.arn, "memorySize": memory},
        )
    name = "lp-staging-tracking-asg"
    for at, size in (("2026-03-12 08:40:10", 4), ("2026-03-12 12:02:55", 2)):
        yield Call(
            when(at),
            person(AOIFE, account=SHARED),
            "autoscaling",
            "UpdateAutoScalingGroup",
            {"autoScalingGroupName": name, "maxSize": size},
        )


def _patching(company: Company) -> Iterator[Call]:
    """The weekly patch window."""
    patcher = Caller(
        account=PROD,
        type="AssumedRole",
        agent="ssm.amazonaws.com",
        ip="ssm.amazonaws.com",
        name="PatchWindow",
        role=PATCH_ROLE,
        invoked_by="ssm.amazonaws.com",
        mfa=False,
    )
    for index in range(3):
        worker = company.estate.thing(Where("prod/platform", f"aws_instance.batch[{index}]"), Instance)
        at = when("2026-03-15 02:00:20") + timedelta(minutes=4 * index)
        volume = "vol-" + hex_of("vol", worker.instance_id)
        snapshot = {"snapshotId": "snap-" + hex_of("snap", worker.instance_id)}
        yield Call(at, patcher, "ec2", "CreateSnapshot", {"volumeId": volume}, snapshot)
        yield Call(
            at + timedelta(seconds=41),
            patcher,
            "ssm",
            "SendCommand",
            {"documentName": "AWS-RunPatchBaseline", "instanceIds": [worker.instance_id]},
        )


def _refused(company: Company) -> Iterator[Call]:
    """People who tried something on resources that others then changed, or did not."""
    mateo, hannah = person(MATEO, via="cli"), person(HANNAH)
    yield Call(
        when("2026-03-11 16:20:37"),
        mateo,
        "rds",
        "ModifyDBInstance",
        {"dBInstanceIdentifier": "lp-prod-payments", "dBInstanceClass": "db.m6g.2xlarge"},
        error="denied",
    )
    yield Call(
        when("2026-03-09 11:05:12"),
        hannah,
        "dynamodb",
        "UpdateTable",
        {"tableName": "lp-prod-idempotency", "billingMode": "PROVISIONED"},
        error="denied",
        resource=("AWS::DynamoDB::Table", PROD_DUBLIN.arn("dynamodb", "table/lp-prod-idempotency")),
    )
    worker = company.estate.thing(Where("prod/platform", "aws_instance.batch[2]"), Instance)
    yield Call(
        when("2026-03-10 12:58:49"),
        person(AOIFE, via="cli"),
        "ec2",
        "ModifyInstanceAttribute",
        {"instanceId": worker.instance_id, "instanceType": {"value": "r6i.2xlarge"}},
        error="denied",
    )
