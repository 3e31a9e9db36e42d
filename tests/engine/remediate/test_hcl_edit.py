"""Adopting what is live into Terraform code: the lines that differ, and every other byte as it was."""

import shutil
import subprocess
from contextlib import suppress
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RemedyError
from engine.model import SENSITIVE, Change
from engine.remediate.hcl_edit import adopt

CODE = Path(__file__).parents[2] / "support" / "adopting"

POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},"Action":"sts:AssumeRole"}]}'
)
RULE = {
    "from_port": 22,
    "to_port": 22,
    "protocol": "tcp",
    "cidr_blocks": ["0.0.0.0/0"],
    "self": None,
    "description": "",
}

#: File, resource, changes, and the lines that differ afterwards.
ADOPTED: list[tuple[str, str, list[Change], str]] = [
    (
        "instance",
        "aws_instance.web",
        [
            Change("instance_type", "t3.medium", "t3.large"),
            Change("monitoring", False, True),
            Change("root_block_device[0].volume_size", 20, 40),
        ],
        """
-  instance_type          = "t3.medium"
+  instance_type          = "t3.large"
-  monitoring             = false
+  monitoring             = true
-    volume_size = 20 // GiB
+    volume_size = 40 // GiB
""",
    ),
    (
        "security_group",
        "aws_security_group.front",
        [Change("ingress[0].cidr_blocks", ["10.0.0.0/8", "192.168.0.0/16"], ["10.0.0.0/8", "0.0.0.0/0"])],
        """
-    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
+    cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
""",
    ),
    (
        "security_group",
        "aws_security_group.front",
        [Change("ingress[2]", None, RULE)],
        """
+  ingress {
+    from_port   = 22
+    to_port     = 22
+    protocol    = "tcp"
+    cidr_blocks = ["0.0.0.0/0"]
+  }
+
""",
    ),
    (
        "security_group",
        "aws_security_group.front",
        [
            Change(
                "ingress[1]",
                {"from_port": 8443, "to_port": 8443, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], "self": None},
                None,
            )
        ],
        """
-  ingress {
-    from_port   = 8443
-    to_port     = 8443
-    protocol    = "tcp"
-    cidr_blocks = ["10.0.0.0/8"]
-  }
-
""",
    ),
    (
        "allow_list",
        "aws_wafv2_ip_set.partners",
        [
            Change(
                "addresses",
                ["198.51.100.0/28", "203.0.113.7/32", "203.0.113.8/32"],
                ["198.51.100.0/28", "192.0.2.9/32", "203.0.113.8/32", "192.0.2.10/32"],
            )
        ],
        """
-    # the old warehouse
-    "203.0.113.7/32",
+    "192.0.2.9/32",
+    "192.0.2.10/32",
""",
    ),
    (
        "list_without_last_comma",
        "aws_lb.public",
        [Change("subnets", ["subnet-1", "subnet-2"], ["subnet-1", "subnet-2", "subnet-3"])],
        """
-    "subnet-2"
+    "subnet-2",
+    "subnet-3"
""",
    ),
    (
        "list_without_last_comma",
        "aws_lb.public",
        [Change("subnets", ["subnet-1", "subnet-2"], ["subnet-1"])],
        """
-    "subnet-1",
-    "subnet-2"
+    "subnet-1"
""",
    ),
    (
        "tags",
        "aws_s3_bucket.logs",
        [
            Change("tags.Environment", "prod", "production"),
            Change("tags.Team", "platform", None),
            Change("tags.Backup", None, "daily ${x}"),
            Change('tags["cost.centre"]', None, "42"),
        ],
        """
-    Environment = "prod" # see docs/environments.md
-    Team        = "platform"
+    Environment = "production" # see docs/environments.md
+    Backup      = "daily $${x}"
+    "cost.centre" = "42"
""",
    ),
    (
        "merged_tags",
        "aws_sqs_queue.orders",
        [
            Change("tags.Owner", "orders-team", "payments"),
            Change("tags.Debug", None, "yes"),
            Change("visibility_timeout_seconds", "30", 120),
        ],
        """
-  visibility_timeout_seconds = 30
+  visibility_timeout_seconds = 120
-    Owner = "orders-team"
+    Owner = "payments"
+    Debug = "yes"
""",
    ),
    (
        "inline_tags",
        "aws_sns_topic.alerts",
        [Change("tags.Tier", "gold", None), Change("tags.Owner", None, "ops")],
        """
-  tags = { Name = "alerts", Tier = "gold" }
+  tags = { Name = "alerts", Owner = "ops" }
""",
    ),
    (
        "inline_tags",
        "aws_sns_topic.alerts",
        [Change("tags.Name", "alerts", None)],
        """
-  tags = { Name = "alerts", Tier = "gold" }
+  tags = { Tier = "gold" }
""",
    ),
    (
        "no_tags",
        "aws_kms_key.data",
        [Change("tags.Owner", None, "security"), Change("enable_key_rotation", None, True)],
        """
+  tags                    = {
+    Owner = "security"
+  }
+  enable_key_rotation     = true
""",
    ),
    (
        "heredoc_policy",
        "aws_iam_role.reader",
        [
            Change("assume_role_policy", POLICY % "ec2.amazonaws.com", POLICY % "lambda.amazonaws.com"),
            Change("max_session_duration", 3600, 7200),
        ],
        """
-      "Principal": { "Service": "ec2.amazonaws.com" },
+      "Principal": {
+        "Service": "lambda.amazonaws.com"
+      },
-  max_session_duration = 3600
+  max_session_duration = 7200
""",
    ),
    (
        "flush_heredoc",
        "aws_ssm_document.patch",
        [
            Change(
                "content",
                'schemaVersion: "2.2"\ndescription: install patches\nmainSteps: []\n',
                'schemaVersion: "2.2"\ndescription: install ${all} patches\n\nmainSteps: []\n',
            )
        ],
        """
-    description: install patches
+    description: install $${all} patches
+
""",
    ),
    (
        "heredoc_with_braces",
        "aws_launch_template.worker",
        [Change("instance_type", "c6i.large", "c6i.xlarge"), Change("tags.Role", "worker", "builder")],
        """
-  instance_type = "c6i.large"
+  instance_type = "c6i.xlarge"
-    Role = "worker"
+    Role = "builder"
""",
    ),
    (
        "comments",
        "aws_vpc.main",
        [Change("cidr_block", "10.0.0.0/16", "10.1.0.0/16"), Change("enable_dns_support", True, None)],
        """
-  /* the block */ cidr_block /* is */ = /* this: */ "10.0.0.0/16" /* for now */
-  enable_dns_support = true # = "false"
+  /* the block */ cidr_block /* is */ = /* this: */ "10.1.0.0/16" /* for now */
""",
    ),
    (
        "tabs",
        "google_compute_firewall.ssh",
        [
            Change("source_ranges", ["35.235.240.0/20"], ["35.235.240.0/20", "0.0.0.0/0"]),
            Change("allow[0].ports", ["22"], ["22", "2222"]),
            Change("disabled", None, False),
        ],
        """
-\t\tports    = ["22"]
+\t\tports    = ["22", "2222"]
+\t\t"0.0.0.0/0",
+\tdisabled      = false
""",
    ),
    (
        "unicode",
        "google_sql_database_instance.größe",
        [
            Change("settings[0].user_labels.ort", "東京", "大阪"),
            Change("settings[0].tier", "db-custom-2-7680", "db-custom-4-15360"),
        ],
        """
-    tier = "db-custom-2-7680"
+    tier = "db-custom-4-15360"
-      ort      = "東京"
+      ort      = "大阪"
""",
    ),
    (
        "nested",
        "google_container_cluster.main",
        [
            Change("node_config[0].shielded_instance_config[0].enable_secure_boot", True, False),
            Change('node_config[0].labels["shop.example/pool"]', "default", "spot"),
        ],
        """
-      enable_secure_boot          = true
+      enable_secure_boot          = false
-      "shop.example/pool" = "default"
+      "shop.example/pool" = "spot"
""",
    ),
    (
        "one_line_blocks",
        "aws_ebs_volume.data",
        [Change("size", 100, 200), Change("encrypted", None, True)],
        """
-resource "aws_ebs_volume" "data" { size = 100 }
+resource "aws_ebs_volume" "data" {
+  size = 200
+  encrypted = true
+}
""",
    ),
    (
        "for_each",
        "aws_iam_group.team",
        [Change("path", "/team/", "/teams/")],
        """
-  path = "/team/"
+  path = "/teams/"
""",
    ),
    (
        "for_expressions",
        "aws_route53_record.www",
        [Change("ttl", 300, 60)],
        """
-  ttl     = 300
+  ttl     = 60
""",
    ),
    (
        "references",
        "aws_db_instance.main",
        [Change("storage_type", "gp3", "io2"), Change("identifier", "main", "main-2")],
        """
-  identifier              = "main"
+  identifier              = "main-2"
-  storage_type            = "gp3"
+  storage_type            = "io2"
""",
    ),
    (
        "lifecycle",
        "aws_autoscaling_group.web",
        [Change("max_size", 6, 12), Change("tag[1].value", "shop", "web")],
        """
-  max_size         = 6
+  max_size         = 12
-    value               = "shop"
+    value               = "web"
""",
    ),
    (
        "provider_and_data",
        "aws_cloudwatch_log_group.web",
        [Change("retention_in_days", 30, 7)],
        """
-  retention_in_days = 30
+  retention_in_days = 7
""",
    ),
    (
        "escapes",
        "aws_cloudwatch_log_metric_filter.errors",
        [
            Change("pattern", '{ $.level = "ERROR" && $.path = "C:\\\\logs" }', '{ $.level = "WARN\\n" }'),
            Change("metric_transformation[0].namespace", "shop/${env}", "shop/%{env}"),
        ],
        r"""
-  pattern        = "{ $.level = \"ERROR\" && $.path = \"C:\\\\logs\" }"
+  pattern        = "{ $.level = \"WARN\\n\" }"
-    namespace = "shop/$${env}"
+    namespace = "shop/%%{env}"
""",
    ),
    (
        "numbers",
        "aws_appautoscaling_policy.web",
        [
            Change("target_tracking_scaling_policy_configuration[0].target_value", 62.5, 80),
            Change("target_tracking_scaling_policy_configuration[0].scale_out_cooldown", -1, 0),
        ],
        """
-    target_value       = 62.5
+    target_value       = 80
-    scale_out_cooldown = -1
+    scale_out_cooldown = 0
""",
    ),
    (
        "azure",
        "azurerm_storage_account.logs",
        [
            Change("network_rules[0].ip_rules", ["198.51.100.7", "198.51.100.8"], []),
            Change("network_rules[0].default_action", "Deny", "Allow"),
            Change("min_tls_version", "TLS1_2", "TLS1_0"),
        ],
        """
-  min_tls_version                 = "TLS1_2"
+  min_tls_version                 = "TLS1_0"
-    default_action = "Deny"
-    ip_rules       = ["198.51.100.7", "198.51.100.8"]
+    default_action = "Allow"
+    ip_rules       = []
""",
    ),
    (
        "no_final_newline",
        "aws_lambda_function.resize",
        [Change("timeout", 30, 60), Change("description", None, "Größe")],
        """
-  timeout       = 30
+  timeout       = 60
+  description   = "Größe"
""",
    ),
    (
        "byte_order_mark",
        "aws_lb_target_group.web",
        [Change("deregistration_delay", "300", "30")],
        """
-  deregistration_delay = 300
+  deregistration_delay = "30"
""",
    ),
    (
        "odd_layout",
        "aws_dynamodb_table.carts",
        [Change("billing_mode", "PAY_PER_REQUEST", "PROVISIONED"), Change("read_capacity", None, 5)],
        """
-  billing_mode   ="PAY_PER_REQUEST"
+  billing_mode   ="PROVISIONED"
+     read_capacity = 5
""",
    ),
    (
        "depends_and_provisioner",
        "aws_ecs_service.web",
        [Change("desired_count", 3, 5), Change("load_balancer[0].container_port", 8080, 9090)],
        """
-  desired_count   = 3
+  desired_count   = 5
-    container_port   = 8080
+    container_port   = 9090
""",
    ),
    (
        "json_map",
        "aws_config_configuration_recorder.all",
        [
            Change(
                "recording_group[0].resource_types",
                ["AWS::EC2::Instance", "AWS::S3::Bucket", "AWS::IAM::Role"],
                ["AWS::EC2::Instance", "AWS::S3::Bucket"],
            )
        ],
        """
-    resource_types = ["AWS::EC2::Instance",
-      "AWS::S3::Bucket", "AWS::IAM::Role"]
+    resource_types = ["AWS::EC2::Instance", "AWS::S3::Bucket"]
""",
    ),
    (
        "module_file",
        "helm_release.ingress",
        [Change("version", "4.10.0", "4.11.2")],
        """
-  version = "4.10.0"
+  version = "4.11.2"
""",
    ),
]

REFUSED: list[tuple[str, str, Change, str]] = [
    (
        "references",
        "aws_db_instance.main",
        Change("instance_class", "db.t3.small", "db.t3.big"),
        "it is var.size in the code",
    ),
    ("references", "aws_db_instance.main", Change("engine_version", "16.1", "16.2"), r'it is "16\.\$\{var\.minor\}"'),
    ("references", "aws_db_instance.main", Change("backup_retention_period", 14, 1), "terraform.workspace == "),
    (
        "references",
        "aws_db_instance.main",
        Change("storage_type", "io1", "gp2"),
        "says something else than what was compared",
    ),
    (
        "references",
        "aws_db_instance.gone",
        Change("storage_type", "gp3", "gp2"),
        'no block resource "aws_db_instance" "gone"',
    ),
    ("dynamic", "aws_security_group.db", Change("ingress[0].from_port", 5432, 1), "a dynamic block makes ingress"),
    ("for_each", "aws_iam_user.team", Change("path", "/team/", "/"), "makes several resources"),
    ("for_expressions", "aws_route53_record.www", Change("records", ["1.1.1.1"], []), "it is \\[for one in"),
    (
        "heredoc_with_braces",
        "aws_launch_template.worker",
        Change("user_data", "x", "y"),
        "put together from other values",
    ),
    ("tags", "aws_s3_bucket.logs", Change("versioning[0].enabled", True, False), "the code does not say it"),
    ("instance", "aws_instance.web", Change("instance_type", SENSITIVE, SENSITIVE, sensitive=True), "is secret"),
    (
        "instance",
        "aws_instance.web",
        Change("instance_type", "t3.medium", {"a": [{"b": 1}]}),
        "more than a plain value",
    ),
    ("lifecycle", "aws_autoscaling_group.web", Change("tag.value", "web", "x"), "which of several blocks it is"),
]


def code(name: str, line_break: str = "\n") -> str:
    return (CODE / f"{name}.tf").read_bytes().decode().replace("\n", line_break)


def adopted(text: str, address: str, changes: list[Change]) -> str:
    kind, name = address.split(".")
    return adopt(text, kind, name, changes)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("name", "address", "changes", "differ"),
    ADOPTED,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(ADOPTED)],
)
def test_only_what_differs_is_changed(
    name: str, address: str, changes: list[Change], differ: str, line_break: str
) -> None:
    before = code(name, line_break)
    after = adopted(before, address, changes)
    lines = [line[0] + line[2:] for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert sorted(lines) == sorted(differ.strip("\n").splitlines())
    assert after.count("\n") == after.count(line_break)
    assert after.endswith(line_break) == before.endswith(line_break)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary")
def test_terraform_can_read_what_was_changed(tmp_path: Path) -> None:
    for number, (name, address, changes, _) in enumerate(ADOPTED):
        after = adopted(code(name), address, changes)
        (tmp_path / f"{number}.tf").write_bytes(after.encode())
    told = subprocess.run(["terraform", "fmt", "-list=false", "-write=false"], cwd=tmp_path, capture_output=True)
    assert told.returncode == 0, told.stderr.decode()


def test_every_file_is_tried() -> None:
    files = {file.stem for file in CODE.glob("*.tf")}
    assert len(files) >= 30
    assert {case[0] for case in (*ADOPTED, *REFUSED)} == files


@pytest.mark.parametrize(
    ("name", "address", "change", "why"), REFUSED, ids=[f"{number}-{case[0]}" for number, case in enumerate(REFUSED)]
)
def test_what_the_code_leaves_to_something_else_is_refused(name: str, address: str, change: Change, why: str) -> None:
    with pytest.raises(RemedyError, match=why):
        adopted(code(name), address, [change])


def test_one_of_several_instances_is_refused() -> None:
    with pytest.raises(RemedyError, match="makes several resources"):
        adopt(code("instance"), "aws_instance", "web", [Change("monitoring", False, True)], instance=True)


def test_code_that_is_none_is_refused() -> None:
    with pytest.raises(RemedyError, match="cannot be read at line 2"):
        adopt('resource "a" "b" {\n  x = "\n}\n', "a", "b", [Change("x", 1, 2)])


VALUES = st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.text(max_size=8), max_size=4))


@given(old=VALUES, new=VALUES)
def test_there_and_back_is_the_same_code(old: Any, new: Any) -> None:
    first = adopt(code("no_tags"), "aws_kms_key", "data", [Change("tags.Owner", None, "x"), Change("alias", None, old)])
    second = adopt(first, "aws_kms_key", "data", [Change("alias", old, new)])
    assert adopt(second, "aws_kms_key", "data", [Change("alias", new, old)]) == first
    assert adopt(second, "aws_kms_key", "data", [Change("alias", new, None), Change("tags.Owner", "x", None)]) != second


@given(st.text(alphabet='{}[]()"\\#/*<-$%=,\n \tabEOT', max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    with suppress(RemedyError):
        adopt(text, "a", "b", [Change("x", 1, 2)])
