"""How serious a drift is: by what changed, by what it means, and by who did it."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.model import (
    SENSITIVE,
    Actor,
    ActorKind,
    Against,
    Attribution,
    Category,
    Cause,
    Change,
    Difference,
    DriftKind,
    Event,
    EventKind,
    Level,
    Severity,
)
from ml.predicates import TESTS
from ml.risk import assess_risk
from ml.severity import assess_severity
from ml.severity_rules import load_rules, load_scale, matches, rules_in
from tests.support.severity import difference, modified

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def cause(category: Category = Category.MANUAL_TROUBLESHOOTING, confidence: float = 0.6) -> Cause:
    rest = (1 - confidence) / 4
    distribution = {item: confidence if item is category else rest for item in Category}
    return Cause(category, confidence, (0.0, 1.0), distribution, "test@1")


def assess(drift: Difference, why: Cause | None = None, who: Attribution | None = None) -> Severity:
    return assess_severity(drift, why or cause(), who or Attribution())


def policy(action: str, resource: str = "*", principal: Any = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource} | more
    return {"Version": "2012-10-17", "Statement": [statement | ({"Principal": principal} if principal else {})]}


def block(port: int, *cidrs: str, last: int | None = None, protocol: str = "tcp") -> dict[str, Any]:
    return {"from_port": port, "to_port": last or port, "protocol": protocol, "cidr_blocks": list(cidrs)}


ON, OFF = {"enabled": True}, {"enabled": False}
ROLE = "arn:aws:iam::123456789012:role/ci"

#: One change for each rule: type, path, declared, actual, and the rule that must be among those that fit.
CASES = [
    ("aws_security_group", "ingress[0].cidr_blocks", ["10.0.0.0/8"], ["10.0.0.0/8", "0.0.0.0/0"], "DG-SG-001"),
    ("aws_vpc_security_group_ingress_rule", "cidr_ipv6", "fd00::/8", "::/0", "DG-SG-001"),
    ("aws_security_group", "ingress[1]", None, block(22, "0.0.0.0/0"), "DG-SG-002"),
    ("aws_security_group", "ingress[1]", None, block(0, "0.0.0.0/0", protocol="-1"), "DG-SG-003"),
    ("aws_security_group", "ingress[0].cidr_blocks", ["10.0.0.0/8"], ["10.0.0.0/8", "10.9.0.0/16"], "DG-SG-004"),
    ("aws_security_group", "ingress[0]", block(443, "10.0.0.0/8"), None, "DG-SG-005"),
    ("aws_security_group", "egress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"], "DG-SG-006"),
    ("aws_default_security_group", "ingress[0]", None, block(443, "10.0.0.0/8"), "DG-SG-007"),
    ("aws_instance", "vpc_security_group_ids", ["sg-1"], ["sg-1", "sg-2"], "DG-SG-008"),
    ("aws_s3_bucket_public_access_block", "block_public_policy", True, False, "DG-S3-001"),
    ("aws_s3_bucket_acl", "acl", "private", "public-read", "DG-S3-002"),
    ("aws_s3_bucket_policy", "policy", None, policy("s3:GetObject", principal="*"), "DG-S3-003"),
    ("aws_s3_bucket", "server_side_encryption_configuration[0]", {"rule": [{"a": "AES256"}]}, None, "DG-S3-004"),
    ("aws_s3_bucket_versioning", "versioning_configuration[0].status", "Enabled", "Suspended", "DG-S3-005"),
    ("aws_s3_bucket_logging", "target_bucket", "logs", "elsewhere", "DG-S3-006"),
    ("aws_s3_bucket_lifecycle_configuration", "rule[0].expiration[0].days", 90, 7, "DG-S3-007"),
    ("aws_s3_bucket_cors_configuration", "cors_rule[0].allowed_origins", ["https://a"], ["*"], "DG-S3-008"),
    (
        "aws_s3_bucket_server_side_encryption_configuration",
        "rule[0].apply_server_side_encryption_by_default[0].sse_algorithm", "aws:kms", "AES256", "DG-S3-009",
    ),
    ("aws_s3_bucket", "policy", policy("s3:GetObject"), policy("s3:*"), "DG-S3-010"),
    ("aws_s3_bucket", "policy", policy("s3:*", principal={"AWS": ROLE}),
     policy("s3:*", principal={"AWS": [ROLE, "arn:aws:iam::999999999999:root"]}), "DG-S3-011"),
    ("aws_iam_role", "managed_policy_arns", [], ["arn:aws:iam::aws:policy/AdministratorAccess"], "DG-IAM-001"),
    ("aws_iam_policy", "policy", policy("s3:*"), policy("*"), "DG-IAM-002"),
    ("aws_iam_role", "assume_role_policy", policy("sts:AssumeRole", principal={"AWS": ROLE}),
     policy("sts:AssumeRole", principal={"AWS": [ROLE, "arn:aws:iam::999999999999:root"]}), "DG-IAM-003"),
    ("aws_iam_role", "assume_role_policy", policy("sts:AssumeRole", principal={"AWS": ROLE}, Condition={"a": 1}),
     policy("sts:AssumeRole", principal={"AWS": ROLE}), "DG-IAM-004"),
    ("aws_iam_role_policy", "policy", policy("s3:GetObject"), policy(["s3:GetObject", "s3:PutObject"]), "DG-IAM-005"),
    ("aws_iam_role", "managed_policy_arns", [], ["arn:aws:iam::123456789012:policy/other"], "DG-IAM-006"),
    ("aws_iam_policy", "policy", policy("s3:*"), policy("s3:*", "arn:aws:s3:::a"), "DG-IAM-007"),
    ("aws_iam_user", "permissions_boundary", "arn:aws:iam::123456789012:policy/b", None, "DG-IAM-008"),
    ("aws_iam_role", "max_session_duration", 3600, 43200, "DG-IAM-009"),
    ("aws_iam_policy_attachment", "roles", ["a"], ["a", "b"], "DG-IAM-011"),
    ("aws_iam_account_password_policy", "minimum_password_length", 14, 6, "DG-IAM-010"),
    ("aws_db_instance", "publicly_accessible", False, True, "DG-DB-001"),
    ("aws_lb", "enable_deletion_protection", True, False, "DG-DB-002"),
    ("aws_db_instance", "backup_retention_period", 14, 1, "DG-DB-003"),
    ("aws_dynamodb_table", "server_side_encryption[0]", ON, None, "DG-DB-004"),
    ("aws_db_instance", "multi_az", "true", "false", "DG-DB-005"),
    ("aws_db_instance", "auto_minor_version_upgrade", True, False, "DG-DB-006"),
    ("aws_db_instance", "engine_version", "16.3", "16.1", "DG-DB-007"),
    ("aws_db_instance", "iam_database_authentication_enabled", True, False, "DG-DB-008"),
    ("aws_db_instance", "enabled_cloudwatch_logs_exports", ["audit"], [], "DG-DB-009"),
    ("aws_db_instance", "allocated_storage", 100, 500, "DG-DB-010"),
    ("aws_dynamodb_table", "point_in_time_recovery[0].enabled", True, False, "DG-DDB-001"),
    ("aws_dynamodb_table", "read_capacity", 5, 50, "DG-DDB-002"),
    ("aws_dynamodb_table", "ttl[0].enabled", True, False, "DG-DDB-003"),
    ("aws_instance", "instance_type", "m5.large", "m5.4xlarge", "DG-CMP-001"),
    ("aws_instance", "metadata_options[0].http_tokens", "required", "optional", "DG-CMP-002"),
    ("aws_launch_template", "image_id", "ami-1", "ami-2", "DG-CMP-003"),
    ("aws_instance", "iam_instance_profile", "web", "admin", "DG-CMP-004"),
    ("aws_instance", "disable_api_termination", True, False, "DG-CMP-005"),
    ("aws_instance", "root_block_device[0].volume_size", 20, 200, "DG-CMP-006"),
    ("aws_instance", "source_dest_check", True, False, "DG-CMP-007"),
    ("aws_autoscaling_group", "max_size", 4, 40, "DG-ASG-001"),
    ("aws_autoscaling_group", "min_size", 4, 0, "DG-ASG-002"),
    ("aws_autoscaling_group", "launch_template[0].version", "7", "9", "DG-ASG-003"),
    ("aws_lambda_function", "timeout", 30, 3, "DG-FN-001"),
    ("aws_lambda_function", "memory_size", 128, 1024, "DG-FN-002"),
    ("aws_lambda_function", "role", ROLE, ROLE + "-other", "DG-FN-003"),
    ("aws_lambda_function", "environment[0].variables.LOG_LEVEL", "info", "debug", "DG-FN-004"),
    ("aws_lambda_function_url", "authorization_type", "AWS_IAM", "NONE", "DG-FN-005"),
    ("aws_sqs_queue_policy", "policy", policy("sqs:*"), policy("sqs:*", principal={"AWS": "*"}), "DG-MSG-001"),
    ("aws_sns_topic", "policy", policy("sns:Publish"), policy("sns:*"), "DG-MSG-002"),
    ("aws_sqs_queue", "policy", policy("sqs:*", principal={"AWS": ROLE}),
     policy("sqs:*", principal={"AWS": ROLE + "-other"}), "DG-MSG-006"),
    ("aws_sqs_queue", "sqs_managed_sse_enabled", True, False, "DG-MSG-003"),
    ("aws_sqs_queue", "visibility_timeout_seconds", 30, 900, "DG-MSG-004"),
    ("aws_sns_topic", "delivery_policy", {"a": 1}, {"a": 2}, "DG-MSG-005"),
    ("aws_kms_key", "policy", policy("kms:*"), policy("kms:Decrypt"), "DG-KMS-001"),
    ("aws_kms_key", "enable_key_rotation", True, False, "DG-KMS-002"),
    ("aws_kms_key", "is_enabled", True, False, "DG-KMS-003"),
    ("aws_cloudwatch_log_group", "retention_in_days", 90, 1, "DG-LOG-001"),
    ("aws_cloudwatch_log_group", "retention_in_days", 90, 365, "DG-LOG-002"),
    ("aws_cloudtrail", "is_multi_region_trail", True, False, "DG-LOG-003"),
    ("aws_cloudwatch_metric_alarm", "threshold", 80, 99, "DG-LOG-004"),
    ("aws_route_table", "route[0].gateway_id", "igw-1", "igw-2", "DG-NET-001"),
    ("aws_subnet", "map_public_ip_on_launch", False, True, "DG-NET-002"),
    ("aws_network_acl", "ingress[0].action", "deny", "allow", "DG-NET-003"),
    ("aws_lb", "access_logs[0].enabled", True, False, "DG-LB-001"),
    ("aws_lb_listener", "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08", "DG-LB-002"),
    ("aws_lb", "internal", True, False, "DG-LB-003"),
    ("aws_lb", "idle_timeout", 60, 4000, "DG-LB-004"),
    ("aws_route53_record", "records", ["10.0.0.1"], ["10.0.0.2"], "DG-DNS-001"),
    ("google_pubsub_thing", 'labels["app.io/team"]', "core", "other", "DG-ANY-001"),
    ("google_sql_database", "encryption_key_name", "k", None, "DG-ANY-002"),
    ("google_thing", "audit_log", "all", None, "DG-ANY-003"),
    ("google_thing", "deletion_protection", True, False, "DG-ANY-004"),
    ("google_thing", "public_access_enabled", False, True, "DG-ANY-005"),
    ("google_thing", "template[0].timeout_seconds", 30, 300, "DG-ANY-006"),
    ("google_thing", "ranges", ["10.0.0.0/8"], ["0.0.0.0/0"], "DG-ANY-007"),
    ("google_thing", "message_storage", "a", "b", "DG-ANY-008"),
    ("aws_security_group", "description", "a", "b", "DG-ANY-009"),
    ("aws_glue_connection", "ssl_required", True, False, "DG-ANY-010"),
    ("aws_msk_cluster", "logging_info[0].broker_logs", "a", "b", "DG-ANY-011"),
    ("aws_vpc_endpoint", "policy", policy("s3:Get*"), policy("*"), "DG-ANY-012"),
    ("aws_backup_vault_policy", "policy", policy("b:*"), policy("b:*", principal="*"), "DG-ANY-013"),
    ("aws_vpc_endpoint", "policy", policy("s3:Get*"), policy("s3:Put*"), "DG-ANY-014"),
    ("aws_cognito_user_pool_client", "client_secret", "a", "b", "DG-ANY-015"),
    ("aws_msk_cluster", "broker_node_group_info[0].client_subnets", ["a"], ["b"], "DG-ANY-016"),
    ("aws_backup_plan", "rule[0].lifecycle[0].delete_after", 90, 30, "DG-ANY-017"),
    ("aws_ecs_task_definition", "container_definitions[0].image", "a:1", "a:2", "DG-ANY-018"),
    ("aws_msk_cluster", "number_of_broker_nodes_count", 6, 3, "DG-ANY-019"),
    ("aws_sagemaker_thing", "instance_type", "ml.t3", "ml.m5", "DG-ANY-020"),
    ("aws_synthetics_canary", "status", "RUNNING", "STOPPED", "DG-ANY-021"),
    ("aws_neptune_thing", "deletion_protection", False, True, "DG-ANY-022"),
    ("aws_cognito_user_pool", "mfa_configuration", "ON", "OFF", "DG-ANY-023"),
]  # fmt: skip

WHOLE = [
    ("aws_cloudtrail", DriftKind.MISSING, "DG-LOG-003"),
    ("aws_db_instance", DriftKind.MISSING, "DG-MISS-001"),
    ("aws_iam_role_policy_attachment", DriftKind.MISSING, "DG-MISS-002"),
    ("aws_route", DriftKind.MISSING, "DG-MISS-003"),
    ("aws_sqs_queue", DriftKind.MISSING, "DG-MISS-004"),
    ("aws_iam_role", DriftKind.UNMANAGED, "DG-UNM-001"),
    ("aws_instance", DriftKind.UNMANAGED, "DG-UNM-002"),
    ("aws_sqs_queue", DriftKind.UNMANAGED, "DG-UNM-003"),
    ("google_service_account_key", DriftKind.UNMANAGED, "DG-UNM-004"),
]


class TestTable:
    @pytest.mark.parametrize(("type_", "path", "declared", "actual", "rule"), CASES, ids=[case[4] for case in CASES])
    def test_a_rule_fires(self, type_: str, path: str, declared: Any, actual: Any, rule: str) -> None:
        assert rule in [match.rule.id for match in matches(modified(type_, path, declared, actual))]

    @pytest.mark.parametrize(("type_", "kind", "rule"), WHOLE)
    def test_a_rule_for_whole_resources_fires(self, type_: str, kind: DriftKind, rule: str) -> None:
        assert [match.rule.id for match in matches(difference(type_, kind))] == [rule]

    def test_every_rule_is_shown_to_fire(self) -> None:
        shown = {case[-1] for case in [*CASES, *WHOLE]}

        assert {rule.id for table in ("aws", "any") for rule in rules_in(table)} == shown

    def test_the_table_is_sound(self) -> None:
        rules, scale = load_rules(), load_scale()
        ids = [rule.id for rule in [*rules, *scale.adjustments]]

        assert len(set(ids)) == len(ids)
        assert scale.levels.keys() == set(Level)
        assert scale.levels[Level.LOW] == 0
        for rule in rules:
            assert rule.when in TESTS
            assert all(0 <= score <= 100 for score in (rule.security, rule.compliance, rule.performance, rule.cost))
            assert 0 <= rule.disruption < 1
            assert not rule.reason.endswith(".")

    def test_every_named_test_is_used(self) -> None:
        assert {rule.when for rule in load_rules()} == set(TESTS)

    def test_what_is_unchanged_fires_no_test_but_any(self) -> None:
        values = [None, True, 3, "x", "0.0.0.0/0", [1], block(22, "0.0.0.0/0"), policy("*", principal="*")]

        for name, value in itertools.product(set(TESTS) - {"any"}, values):
            assert not TESTS[name](value, value), (name, value)


class TestSeverity:
    def test_a_port_for_administration_opened_to_the_world_is_critical(self) -> None:
        severity = assess(modified("aws_security_group", "ingress[1]", None, block(22, "0.0.0.0/0")))

        assert (severity.level, severity.score) == (Level.CRITICAL, 100)
        assert severity.dimensions.security == 100
        assert severity.dimensions.cost == 0
        (reason,) = severity.reasons
        assert reason.startswith("A port for administration or a database is open to the whole internet: ingress[1] (")
        assert reason.endswith(
            "(DG-SG-002; CIS AWS Foundations 3.0, 5.2 and 5.3: no remote administration from anywhere)"
        )

    def test_an_instance_size_is_cost_and_performance(self) -> None:
        severity = assess(modified("aws_instance", "instance_type", "m5.large", "m5.4xlarge"))

        assert severity.level is Level.MEDIUM
        assert severity.dimensions.cost > severity.dimensions.performance > 0
        assert severity.dimensions.security == 0

    def test_tags_are_a_matter_of_compliance_and_low(self) -> None:
        severity = assess(modified("aws_instance", "tags.Owner", "core", "ops"))

        assert severity.level is Level.LOW
        assert severity.dimensions.compliance == severity.score > 0

    def test_the_world_that_the_code_lets_in_is_no_finding(self) -> None:
        severity = assess(modified("aws_security_group", "ingress[0].cidr_blocks", ["0.0.0.0/0"], ["10.0.0.0/8"]))

        assert severity.dimensions.security < 60

    def test_a_policy_open_under_a_condition_is_not_public(self) -> None:
        guarded = policy("s3:GetObject", principal="*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}})
        severity = assess(modified("aws_s3_bucket_policy", "policy", None, guarded))

        assert severity.level is not Level.CRITICAL

    def test_each_dimension_takes_its_strongest_change(self) -> None:
        drift = difference(
            "aws_db_instance",
            DriftKind.MODIFIED,
            Change("instance_class", "db.m5.large", "db.m5.xlarge"),
            Change("publicly_accessible", False, True),
            Change("tags.Owner", "a", "b"),
        )
        severity = assess(drift)

        assert severity.level is Level.CRITICAL
        assert severity.dimensions.cost == 60
        assert [reason.rpartition("(")[2][:6] for reason in severity.reasons] == ["DG-DB-", "DG-CMP", "DG-ANY"]

    def test_of_what_nobody_declared_the_baseline_says_otherwise(self) -> None:
        moved = Change("engine_version", "16.3", "16.1", Against.BASELINE)
        severity = assess(difference("aws_db_instance", DriftKind.MODIFIED, moved))

        (reason,) = severity.reasons
        assert reason.startswith("The engine runs with another version or other parameters than the baseline says")

    def test_hidden_values_are_judged_by_their_path_alone(self) -> None:
        secret = Change("publicly_accessible", SENSITIVE, SENSITIVE, sensitive=True)
        severity = assess(difference("aws_db_instance", DriftKind.MODIFIED, secret))

        assert severity.level is Level.LOW


class TestCircumstances:
    TAG = modified("aws_instance", "tags.Owner", "core", "ops")

    def test_an_unauthorised_change_is_a_matter_of_security(self) -> None:
        severity = assess(self.TAG, cause(Category.UNAUTHORIZED_CHANGE, 0.8))

        assert severity.level is Level.MEDIUM
        assert severity.dimensions.security == 60
        assert "Nothing legitimate explains the change (DG-CTX-001)" in severity.reasons

    def test_an_unsure_diagnosis_raises_nothing(self) -> None:
        assert assess(self.TAG, cause(Category.UNAUTHORIZED_CHANGE, 0.3)) == assess(self.TAG)

    def test_the_root_user(self) -> None:
        root = Attribution(actor=Actor("arn:aws:iam::123456789012:root", ActorKind.HUMAN))

        assert assess(self.TAG, who=root).dimensions.compliance == 55

    def test_calls_that_were_refused_before(self) -> None:
        mallory = Actor("mallory", ActorKind.HUMAN)

        def call(minutes: int, error: str | None, actor: Actor) -> Event:
            at = NOON + timedelta(minutes=minutes)
            return Event(f"e{minutes}", at, "trail", EventKind.API_CALL, "Put", actor=actor, error=error)

        change = call(0, None, mallory)
        refused = Attribution(actor=mallory, change=change, related=(call(-5, "AccessDenied", mallory), change))
        other = Attribution(actor=mallory, change=change, related=(call(-5, "AccessDenied", Actor("eve")), change))
        later = Attribution(actor=mallory, change=change, related=(change, call(5, "AccessDenied", mallory)))

        assert assess(self.TAG, who=refused).dimensions.security == 10
        assert assess(self.TAG, who=other) == assess(self.TAG, who=later) == assess(self.TAG)

    def test_automation_weighs_less_on_performance(self) -> None:
        drift = modified("aws_autoscaling_group", "min_size", 4, 0)
        by_software = assess(drift, cause(Category.AUTOMATED_PROCESS, 0.9))

        assert by_software.dimensions.performance == assess(drift).dimensions.performance - 15

    def test_outside_of_production_performance_weighs_less(self) -> None:
        drift = modified("aws_autoscaling_group", "min_size", 4, 0, tags={"Environment": "Development"})

        assert assess(drift).dimensions.performance == 45


class TestRisk:
    def test_reverting_a_fix_is_riskier_than_ending_an_experiment(self) -> None:
        drift = modified("aws_route_table", "route[0].gateway_id", "igw-1", "igw-2")
        fix = assess_risk(drift, cause(Category.EMERGENCY_FIX, 0.9)).disruption_probability
        experiment = assess_risk(drift, cause(Category.MANUAL_TROUBLESHOOTING, 0.9)).disruption_probability

        assert 0.5 < experiment < fix < 1

    def test_tags_disturb_nothing(self) -> None:
        assert assess_risk(TestCircumstances.TAG, cause()).disruption_probability < 0.05

    def test_several_things_are_riskier_than_one_and_one_thing_twice_is_not(self) -> None:
        timeout = Change("timeout", 30, 3)
        role = Change("role", "a", "b")
        memory = Change("memory_size", 512, 128)
        one, two, same = (
            assess_risk(difference("aws_lambda_function", DriftKind.MODIFIED, *changes), cause()).disruption_probability
            for changes in ([timeout], [timeout, role], [timeout, memory])
        )

        assert one == same < two

    @pytest.mark.parametrize("category", Category)
    def test_it_is_a_probability(self, category: Category) -> None:
        for type_, path, declared, actual, _ in CASES:
            risk = assess_risk(modified(type_, path, declared, actual), cause(category, 1.0))
            assert 0 < risk.disruption_probability < 1
