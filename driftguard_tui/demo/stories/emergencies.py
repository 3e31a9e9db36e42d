"""The night of 14 March: scanners came back from an outage all at once, and tracking drowned (INC-3107)."""

from dataclasses import replace

from driftguard_tui.demo.company import JONAS, PRIYA, PROD_DUBLIN, TOMASZ
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import uuid_of, when
from driftguard_tui.demo.stories.requests import done, ingress
from driftguard_tui.demo.stories.story import Altered, Edit, PullRequest, Story, altered
from driftguard_tui.demo.things.databases import Database
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import Caller, aws_service, break_glass, person

FLEET = Where("prod/services", "module.tracking.aws_autoscaling_group.app")
EVENTS = Where("prod/data", "aws_dynamodb_table.parcel_events")
DATABASE = Where("prod/data", "aws_db_instance.tracking")
INGEST = Where("prod/functions", "aws_lambda_function.scan_ingest")
BASTION = Where("prod/platform", "aws_security_group.bastion")


def tell(company: Company) -> tuple[Story, ...]:
    """The stories of the night."""
    return (
        _incidents(),
        _larger_fleet(),
        _more_throughput(),
        _larger_database(company),
        _more_concurrency(),
        _way_in_without_vpn(company),
    )


def _incidents() -> Story:
    alarm = aws_service("cloudwatch.amazonaws.com")

    def declared(at: str, who: Caller, plan: str, title: str) -> Call:
        record = PROD_DUBLIN.global_arn("ssm-incidents", f"incident-record/{plan}/{uuid_of(plan, at)}")
        request = {
            "clientToken": uuid_of("incident", plan, at),
            "impact": 1,
            "responsePlanArn": PROD_DUBLIN.global_arn("ssm-incidents", f"response-plan/{plan}"),
            "title": title,
        }
        return Call(when(at), who, "ssm-incidents", "StartIncident", request, {"incidentRecordArn": record})

    return Story(
        "incidents-declared",
        "An alarm declares the incident on tracking at 02:31; Tomasz declares the second when the VPN goes.",
        calls=(
            declared("2026-03-14 02:31:12", alarm, "tracking", "INC-3107 scanner events pile up"),
            declared("2026-03-14 02:52:40", person(TOMASZ), "platform", "INC-3108 VPN unreachable"),
        ),
    )


def _larger_fleet() -> Story:
    on_call = person(JONAS, via="cli")
    name = "lp-prod-tracking-asg"
    return Story(
        "tracking-fleet",
        "Jonas, on call, doubles the tracking fleet at 02:44; the code follows in the morning.",
        altered(FLEET, when("2026-03-14 02:44:19"), min_size=8, max_size=32, desired=12),
        calls=(
            Call(
                when("2026-03-14 02:44:19"),
                on_call,
                "autoscaling",
                "UpdateAutoScalingGroup",
                {"autoScalingGroupName": name, "minSize": 8, "maxSize": 32, "desiredCapacity": 12},
            ),
            Call(
                when("2026-03-14 02:47:52"),
                on_call,
                "autoscaling",
                "DescribeScalingActivities",
                {"autoScalingGroupName": name},
                reads=True,
            ),
        ),
        pull_requests=(
            PullRequest(
                482,
                JONAS,
                when("2026-03-14 09:05:40"),
                when("2026-03-14 09:41:12"),
                "Keep the larger tracking fleet of INC-3107",
                "Written back by hand; apply after the freeze on Monday.",
                (
                    Edit("live/prod/services/main.tf", 'module "tracking"', "min_size", "4", "8"),
                    Edit("live/prod/services/main.tf", 'module "tracking"', "max_size", "16", "32"),
                    Edit("live/prod/services/main.tf", 'module "tracking"', "desired_capacity", "6", "12"),
                ),
                pending=True,
            ),
        ),
    )


def _more_throughput() -> Story:
    request = {
        "tableName": "lp-prod-parcel-events",
        "provisionedThroughput": {"readCapacityUnits": 1200, "writeCapacityUnits": 600},
    }
    response = {
        "tableDescription": {
            "tableName": "lp-prod-parcel-events",
            "tableArn": PROD_DUBLIN.arn("dynamodb", "table/lp-prod-parcel-events"),
            "tableStatus": "UPDATING",
        }
    }
    table = ("AWS::DynamoDB::Table", PROD_DUBLIN.arn("dynamodb", "table/lp-prod-parcel-events"))
    return Story(
        "parcel-events-throughput",
        "Jonas may not raise the table's capacity; Priya does, with the break-glass role.",
        altered(EVENTS, when("2026-03-14 03:06:31"), read=1200, write=600),
        calls=(
            Call(
                when("2026-03-14 03:01:05"),
                person(JONAS, via="cli"),
                "dynamodb",
                "UpdateTable",
                request,
                error="denied",
                resource=table,
            ),
            Call(
                when("2026-03-14 03:06:31"),
                break_glass(PRIYA),
                "dynamodb",
                "UpdateTable",
                request,
                response,
                resource=table,
            ),
        ),
        pull_requests=(
            PullRequest(
                484,
                PRIYA,
                when("2026-03-15 17:22:03"),
                when("2026-03-16 06:48:55"),
                "Raise parcel_events to what INC-3107 needed",
                edits=(
                    Edit(
                        "live/prod/data/tables.tf",
                        'resource "aws_dynamodb_table" "parcel_events"',
                        "read_capacity",
                        "400",
                        "1200",
                    ),
                    Edit(
                        "live/prod/data/tables.tf",
                        'resource "aws_dynamodb_table" "parcel_events"',
                        "write_capacity",
                        "150",
                        "600",
                    ),
                ),
                pending=True,
            ),
        ),
    )


def _larger_database(company: Company) -> Story:
    database = company.estate.thing(DATABASE, Database)
    return Story(
        "tracking-database",
        "Tomasz moves the tracking database to twice the machine at 03:18, at once, by break-glass.",
        altered(DATABASE, when("2026-03-14 03:18:47"), instance_class="db.r6g.2xlarge"),
        calls=(
            Call(
                when("2026-03-14 03:18:47"),
                break_glass(TOMASZ, via="cli"),
                "rds",
                "ModifyDBInstance",
                {
                    "dBInstanceIdentifier": database.name,
                    "dBInstanceClass": "db.r6g.2xlarge",
                    "applyImmediately": True,
                    "allowMajorVersionUpgrade": False,
                },
                {
                    "dBInstanceIdentifier": database.name,
                    "dBInstanceArn": database.arn,
                    "dBInstanceClass": "db.r6g.xlarge",
                    "dBInstanceStatus": "available",
                    "pendingModifiedValues": {"dBInstanceClass": "db.r6g.2xlarge"},
                },
            ),
        ),
    )


def _more_concurrency() -> Story:
    name = "lp-prod-scan-ingest"
    return Story(
        "scan-ingest-concurrency",
        "Priya lets five times as many scanner events in at once.",
        altered(INGEST, when("2026-03-14 03:11:20"), concurrency=400),
        calls=(
            Call(
                when("2026-03-14 03:11:20"),
                break_glass(PRIYA),
                "lambda",
                "PutFunctionConcurrency20171031",
                {"functionName": name, "reservedConcurrentExecutions": 400},
                {"reservedConcurrentExecutions": 400},
            ),
        ),
    )


def _way_in_without_vpn(company: Company) -> Story:
    group = company.estate.thing(BASTION, SecurityGroup)
    home = Rule(22, f"{TOMASZ.ip}/32", description="INC-3108 VPN down")

    def opened(live: SecurityGroup) -> SecurityGroup:
        return replace(live, ingress=(*live.ingress, home))

    return Story(
        "bastion-from-home",
        "The VPN is down as well: Tomasz lets his own address in to the bastion, by break-glass.",
        Altered(BASTION, opened, when("2026-03-14 02:58:36")),
        calls=(
            Call(
                when("2026-03-14 02:58:36"),
                break_glass(TOMASZ, via="cli"),
                "ec2",
                "AuthorizeSecurityGroupIngress",
                ingress(group.group_id, home),
                done("bastion"),
            ),
        ),
    )
