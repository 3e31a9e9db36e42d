"""People who looked for a fault, or tried something out, and left it as it was."""

from driftguard_tui.demo.company import CHIARA, DEV, HANNAH, LUKAS, PROD_DUBLIN, SHARED, SOFIA, Person
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.kit import iso, when
from driftguard_tui.demo.stories.requests import done, ingress
from driftguard_tui.demo.stories.story import Gone, Story, Stray, altered
from driftguard_tui.demo.things.balancers import LoadBalancer
from driftguard_tui.demo.things.compute import Instance
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.things.functions import Function
from driftguard_tui.demo.things.messaging import Queue
from driftguard_tui.demo.trail.call import Call
from driftguard_tui.demo.trail.callers import person

ADDRESS_CHECK = Where("prod/functions", "aws_lambda_function.address_check")
FRONT = Where("prod/services", "module.booking.aws_lb.front")
BATCH = Where("prod/platform", "aws_instance.batch[1]")
ROUTING_APP = Where("prod/services", "module.routing.aws_security_group.app")
ROUTING_FLEET = Where("prod/services", "module.routing.aws_autoscaling_group.app")
STAGING_JOBS = Where("shared/staging", "module.payments.aws_sqs_queue.jobs")


def tell(company: Company) -> tuple[Story, ...]:
    """Their stories."""
    return (
        _louder_function(company),
        _patient_balancer(company),
        _larger_worker(company),
        _sick_instance(),
        _scratch_queue(),
        _deleted_staging_queue(company),
        _tried_and_taken_back(company),
    )


def _louder_function(company: Company) -> Story:
    function = company.estate.thing(ADDRESS_CHECK, Function)
    chiara = person(CHIARA)

    def update(at: str, level: str, timeout: int) -> Call:
        variables = {**function.environment, "LOG_LEVEL": level}
        return Call(
            when(at),
            chiara,
            "lambda",
            "UpdateFunctionConfiguration20150331v2",
            {
                "functionName": function.name,
                "environment": {"variables": variables},
                "timeout": timeout,
            },
            {
                "functionName": function.name,
                "functionArn": function.arn,
                "timeout": timeout,
                "memorySize": function.memory,
                "lastModified": iso(when(at)),
                "environment": {},
            },
        )

    return Story(
        "address-check-debug",
        "Chiara looks for addresses that come back empty: debug on, off, on again, with a longer timeout.",
        altered(
            ADDRESS_CHECK,
            when("2026-03-11 15:02:44"),
            environment={**function.environment, "LOG_LEVEL": "DEBUG"},
            timeout=90,
        ),
        calls=(
            update("2026-03-11 13:58:10", "DEBUG", 30),
            update("2026-03-11 14:21:37", "INFO", 30),
            update("2026-03-11 14:40:02", "DEBUG", 60),
            update("2026-03-11 15:02:44", "DEBUG", 90),
        ),
    )


def _patient_balancer(company: Company) -> Story:
    balancer = company.estate.thing(FRONT, LoadBalancer)
    lukas = person(LUKAS)

    def wait(at: str, seconds: int) -> Call:
        attribute = {"key": "idle_timeout.timeout_seconds", "value": str(seconds)}
        return Call(
            when(at),
            lukas,
            "elasticloadbalancing",
            "ModifyLoadBalancerAttributes",
            {"loadBalancerArn": balancer.arn, "attributes": [attribute]},
            {"attributes": [attribute]},
        )

    return Story(
        "booking-idle-timeout",
        "Lukas tries idle timeouts against dropped uploads and goes home with the third.",
        altered(FRONT, when("2026-03-12 10:31:08"), idle_timeout=180),
        calls=(
            wait("2026-03-12 09:48:22", 300),
            wait("2026-03-12 10:05:59", 60),
            wait("2026-03-12 10:31:08", 180),
        ),
    )


def _larger_worker(company: Company) -> Story:
    worker = company.estate.thing(BATCH, Instance)
    sofia = person(SOFIA, via="cli")
    named = {"instancesSet": {"items": [{"instanceId": worker.instance_id}]}}

    def state(at: str, operation: str, before: str, after: str) -> Call:
        item = {
            "instanceId": worker.instance_id,
            "currentState": {"name": after},
            "previousState": {"name": before},
        }
        return Call(when(at), sofia, "ec2", operation, named, {"instancesSet": {"items": [item]}})

    return Story(
        "batch-worker-size",
        "Sofia gives one batch worker twice the memory to see whether the export then gets through.",
        altered(BATCH, when("2026-03-10 13:20:15"), instance_type="r6i.2xlarge"),
        calls=(
            state("2026-03-10 13:14:02", "StopInstances", "running", "stopping"),
            Call(
                when("2026-03-10 13:20:15"),
                sofia,
                "ec2",
                "ModifyInstanceAttribute",
                {"instanceId": worker.instance_id, "instanceType": {"value": "r6i.2xlarge"}},
                done("batch"),
            ),
            state("2026-03-10 13:21:30", "StartInstances", "stopped", "pending"),
        ),
    )


def _sick_instance() -> Story:
    name = "lp-prod-routing-asg"
    dev = person(DEV, via="cli")

    def processes(at: str, operation: str, *which: str) -> Call:
        request = {"autoScalingGroupName": name, "scalingProcesses": list(which)}
        return Call(when(at), dev, "autoscaling", operation, request)

    return Story(
        "routing-suspended",
        "Dev keeps a sick routing instance alive to look at its heap, and forgets half of it.",
        altered(ROUTING_FLEET, when("2026-03-13 16:44:51"), grace_period=3600),
        calls=(
            processes("2026-03-13 16:12:40", "SuspendProcesses", "Terminate", "ReplaceUnhealthy"),
            Call(
                when("2026-03-13 16:44:51"),
                dev,
                "autoscaling",
                "UpdateAutoScalingGroup",
                {"autoScalingGroupName": name, "healthCheckGracePeriod": 3600},
            ),
            processes("2026-03-13 17:58:13", "ResumeProcesses", "Terminate", "ReplaceUnhealthy"),
        ),
    )


def _scratch_queue() -> Story:
    queue = Queue(
        home=PROD_DUBLIN,
        name="sofia-export-debug",
        visibility=30,
        wait=0,
        created=when("2026-03-10 14:02:38"),
        touched=when("2026-03-10 14:02:38"),
        live_tags={"owner": "sofia.lund", "delete-after": "2026-03-11"},
    )
    return Story(
        "export-debug-queue",
        "A scratch queue that Sofia made by hand for one afternoon.",
        Stray(queue),
        calls=(
            Call(
                when("2026-03-10 14:02:38"),
                person(SOFIA, via="cli"),
                "sqs",
                "CreateQueue",
                {"queueName": queue.name, "tags": dict(queue.live_tags or {})},
                {"queueUrl": queue.url},
            ),
        ),
    )


def _deleted_staging_queue(company: Company) -> Story:
    queue = company.estate.thing(STAGING_JOBS, Queue)
    hannah = person(HANNAH, account=SHARED)
    named = {"queueUrl": queue.url}
    return Story(
        "staging-queue-deleted",
        "Hannah drains a stuck staging queue, then deletes it to start afresh, and is called away.",
        Gone(STAGING_JOBS),
        calls=(
            Call(when("2026-03-12 14:09:30"), hannah, "sqs", "PurgeQueue", named),
            Call(
                when("2026-03-12 14:15:03"),
                hannah,
                "sqs",
                "SetQueueAttributes",
                {**named, "attributes": {"VisibilityTimeout": "5"}},
            ),
            Call(when("2026-03-12 14:22:47"), hannah, "sqs", "DeleteQueue", named),
        ),
    )


def _tried_and_taken_back(company: Company) -> Story:
    """A neighbour's story that leaves no drift: the same operation, taken back within the hour."""
    group = company.estate.thing(ROUTING_APP, SecurityGroup)
    rule = Rule(8083, _address(DEV), description="look at it from here")
    dev = person(DEV)
    return Story(
        "routing-rule-taken-back",
        "Dev lets himself in to a routing instance and takes it back before he leaves.",
        calls=(
            Call(
                when("2026-03-09 15:31:20"),
                dev,
                "ec2",
                "AuthorizeSecurityGroupIngress",
                ingress(group.group_id, rule),
                done("opened"),
            ),
            Call(
                when("2026-03-09 16:12:09"),
                dev,
                "ec2",
                "RevokeSecurityGroupIngress",
                ingress(group.group_id, rule),
                done("closed"),
            ),
        ),
    )


def _address(who: Person) -> str:
    return f"{who.ip}/32"
