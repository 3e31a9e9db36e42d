"""What software changed on its own: scalers, a managed database, the nightly tagger."""

from driftguard_tui.demo.company import PROD_DUBLIN
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import pairs, when
from driftguard_tui.demo.stories.story import Story, altered
from driftguard_tui.demo.things.databases import Database
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.storage import Bucket
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import service_role, tagger

BOOKING_FLEET = Where("prod/services", "module.booking.aws_autoscaling_group.app")
ROUTE_PLANS = Where("prod/data", "aws_dynamodb_table.route_plans")
BOOKING_DATABASE = Where("prod/data", "aws_db_instance.booking")
PROOFS = Where("prod/data", "aws_s3_bucket.delivery_proofs")
INVOICES = Where("prod/functions", "aws_lambda_function.invoice_export")

_SCALER = service_role("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com", "AutoScaling")
_TABLE_SCALER = service_role(
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    "dynamodb.application-autoscaling.amazonaws.com",
    "AutoScaling-UpdateTable",
)
_STORAGE = service_role("AWSServiceRoleForRDS", "rds.amazonaws.com", "StorageScaling")


def tell(company: Company) -> tuple[Story, ...]:
    """Its stories."""
    return (
        _fleet_follows_load(),
        _table_follows_load(),
        _storage_grows(company),
        _tags_on_bucket(company),
        _tags_on_function(company),
    )


def _fleet_follows_load() -> Story:
    name = "lp-prod-booking-asg"
    steps = {
        "2026-03-13 17:02:11": 5,
        "2026-03-13 20:31:47": 4,
        "2026-03-15 16:04:29": 6,
        "2026-03-16 06:58:02": 7,
    }
    calls = tuple(
        Call(
            when(at),
            _SCALER,
            "autoscaling",
            "SetDesiredCapacity",
            {"autoScalingGroupName": name, "desiredCapacity": desired, "honorCooldown": False},
        )
        for at, desired in steps.items()
    )
    return Story(
        "booking-fleet-scaled",
        "Monday morning: the scaling policy adds booking instances; the code still names a number.",
        altered(BOOKING_FLEET, when("2026-03-16 06:58:02"), desired=7),
        calls=calls,
    )


def _table_follows_load() -> Story:
    arn = PROD_DUBLIN.arn("dynamodb", "table/lp-prod-route-plans")
    steps = {
        "2026-03-14 04:00:21": 60,
        "2026-03-14 09:15:55": 40,
        "2026-03-15 04:00:18": 62,
        "2026-03-15 09:20:44": 40,
        "2026-03-16 04:00:23": 85,
    }
    calls = tuple(
        Call(
            when(at),
            _TABLE_SCALER,
            "dynamodb",
            "UpdateTable",
            {
                "tableName": "lp-prod-route-plans",
                "provisionedThroughput": {"readCapacityUnits": read, "writeCapacityUnits": 20},
            },
            {"tableDescription": {"tableName": "lp-prod-route-plans", "tableArn": arn}},
            resource=("AWS::DynamoDB::Table", arn),
        )
        for at, read in steps.items()
    )
    return Story(
        "route-plans-scaled",
        "The table scales itself up every night when routes are planned.",
        altered(ROUTE_PLANS, when("2026-03-16 04:00:23"), read=85),
        calls=calls,
    )


def _storage_grows(company: Company) -> Story:
    database = company.estate.thing(BOOKING_DATABASE, Database)
    return Story(
        "booking-storage-grown",
        "RDS grows a disk that was nearly full, as it was told it may.",
        altered(BOOKING_DATABASE, when("2026-03-08 11:27:40"), storage=220),
        calls=(
            Call(
                when("2026-03-08 11:27:40"),
                _STORAGE,
                "rds",
                "ModifyDBInstance",
                {
                    "dBInstanceIdentifier": database.name,
                    "applyImmediately": True,
                    "allowMajorVersionUpgrade": False,
                    "allocatedStorage": 220,
                },
                {
                    "dBInstanceIdentifier": database.name,
                    "dBInstanceArn": database.arn,
                    "dBInstanceStatus": "modifying",
                    "allocatedStorage": 200,
                    "pendingModifiedValues": {"allocatedStorage": 220},
                },
            ),
        ),
    )


def _tags_on_bucket(company: Company) -> Story:
    bucket = company.estate.thing(PROOFS, Bucket)
    tags = {**bucket.all_tags, "Team": "tracking-and-returns"}
    request = {
        "bucketName": bucket.name,
        "tagging": "",
        "Tagging": {"TagSet": {"Tag": pairs(tags, "Key", "Value")}},
        "Host": f"s3.{bucket.home.region}.amazonaws.com",
    }
    call = Call(
        when("2026-03-13 01:00:14"),
        tagger(),
        "s3",
        "PutBucketTagging",
        request,
        resource=("AWS::S3::Bucket", bucket.arn),
    )
    return Story(
        "tagger-renames-tracking",
        "After a reorganisation the nightly tagger writes the new team name; the code has the old one.",
        altered(PROOFS, call.at, live_tags=tags),
        calls=(call,),
    )


def _tags_on_function(company: Company) -> Story:
    function = company.estate.thing(INVOICES, Function)
    call = Call(
        when("2026-03-13 01:00:31"),
        tagger(),
        "lambda",
        "TagResource20170331v2",
        {"resource": function.arn, "tags": {"Team": "payments-and-billing"}},
    )
    return Story(
        "tagger-renames-payments",
        "The same job, the same night, another team.",
        altered(INVOICES, call.at, live_tags={**function.all_tags, "Team": "payments-and-billing"}),
        calls=(call,),
    )
