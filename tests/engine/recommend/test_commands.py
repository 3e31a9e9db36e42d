"""Commands are exact, and nothing in a name can make a shell do something else."""

import shlex
import subprocess
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import (
    Actor,
    ActorKind,
    Category,
    Cause,
    Dimensions,
    Drift,
    DriftKind,
    Level,
    ResourceRef,
    Risk,
    Severity,
)
from engine.recommend.commands import build_commands
from engine.recommend.naming import proposed_address
from engine.recommend.patches import import_block

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
SCOPE = "123456789012/eu-west-1"


def drift(ref: ResourceRef, **more: Any) -> Drift:
    plain = Drift(
        id="d1", resource=ref, kind=DriftKind.MODIFIED, changes=(), changed_at=NOON, detected_at=NOON,
        actor=Actor("arn:aws:sts::123456789012:assumed-role/Ops/jana@example.com", ActorKind.HUMAN),
        cause=Cause(Category.EMERGENCY_FIX, 1.0, (0.0, 1.0), {Category.EMERGENCY_FIX: 1.0}, "test@1"),
        severity=Severity(Level.LOW, 0, Dimensions()), risk=Risk(0.1),
    )  # fmt: skip
    return structs.replace(plain, **more)


BUCKET = drift(ResourceRef("aws", "aws_s3_bucket", "b", SCOPE, 'module.a["x"].aws_s3_bucket.b', "b"))


def test_terraform_is_aimed_at_the_one_resource() -> None:
    assert build_commands(BUCKET, ["revert", "adopt", "list"]) == (
        """terraform plan -target='module.a["x"].aws_s3_bucket.b' -out=drift-d1.tfplan""",
        "terraform apply drift-d1.tfplan",
        """terraform apply -refresh-only -target='module.a["x"].aws_s3_bucket.b'""",
        """terraform state list 'module.a["x"].aws_s3_bucket.b'""",
    )


def test_an_unmanaged_resource_gets_an_address_and_an_import_block() -> None:
    group = drift(ResourceRef("aws", "aws_security_group", "sg-1", SCOPE, "", "Front (public)"))

    assert build_commands(group, ["import"]) == ("terraform import aws_security_group.front_public sg-1",)
    assert import_block(group) == (
        "--- /dev/null\n+++ b/imports.tf\n@@ -0,0 +1,4 @@\n"
        '+import {\n+  to = aws_security_group.front_public\n+  id = "sg-1"\n+}\n'
    )


@pytest.mark.parametrize(
    ("name", "identity", "label"),
    [
        ("", "sg-1", "sg_1"),
        ("42", "x", "r_42"),
        ("Ü ber", "x", "ber"),
        ("…", "x", "r"),
        ("", "https://a/b", "https_a_b"),
    ],
)
def test_proposed_addresses_are_identifiers(name: str, identity: str, label: str) -> None:
    assert proposed_address(ResourceRef("aws", "aws_x", identity, name=name)) == f"aws_x.{label}"


def test_text_in_an_import_block_is_only_text() -> None:
    odd = drift(ResourceRef("aws", "aws_x", 'a"\n}\\${file("/etc/passwd")}%{x', name="n"))

    assert '+  id = "a\\"}\\\\$${file(\\"/etc/passwd\\")}%%{x"\n+}\n' in (import_block(odd) or "")


def test_nothing_is_proposed_for_what_terraform_does_not_know() -> None:
    native = drift(ResourceRef("gcp", "vision.googleapis.com/Product", "projects/p/products/x"))

    assert import_block(native) is None
    assert build_commands(native, ["import", "revert"]) == ()


def test_cloudtrail_is_asked_for_the_resource_and_the_person() -> None:
    by_resource, by_user = build_commands(BUCKET, ["trail_resource", "trail_user"])

    window = "--start-time 2026-03-14T11:00:00Z --end-time 2026-03-14T12:15:00Z"
    question = f"aws cloudtrail lookup-events --region eu-west-1 {window} --lookup-attributes AttributeKey="
    assert by_resource == f"{question}ResourceName,AttributeValue=b"
    assert by_user == f"{question}Username,AttributeValue=jana@example.com"


def test_what_is_not_known_is_not_asked_for() -> None:
    nobody = structs.replace(BUCKET, actor=Actor(), changed_at=None)
    (command,) = build_commands(nobody, ["trail_resource", "trail_user"])

    assert "--start-time 2026-03-13T12:00:00Z --end-time 2026-03-14T12:00:00Z" in command


def test_global_resources_are_looked_for_where_their_events_are() -> None:
    role = drift(ResourceRef("aws", "aws_iam_role", "ci", "123456789012/global"))

    assert "--region us-east-1" in build_commands(role, ["trail_resource"])[0]
    assert build_commands(role, ["read"]) == ("aws iam get-role --role-name ci",)


def test_a_region_that_is_not_known_is_left_to_the_tool() -> None:
    versioning = drift(ResourceRef("aws", "aws_s3_bucket_versioning", "b", "123456789012"))

    assert build_commands(versioning, ["trail_resource"])[0].startswith("aws cloudtrail lookup-events --start-time ")


def test_queues_are_looked_up_by_name() -> None:
    queue = drift(ResourceRef("aws", "aws_sqs_queue", "https://sqs.eu-west-1.amazonaws.com/1/jobs", SCOPE, name="jobs"))

    assert build_commands(queue, ["trail_resource"])[0].endswith("AttributeValue=jobs")


def test_other_providers_have_no_aws_commands() -> None:
    firewall = drift(ResourceRef("gcp", "google_compute_firewall", "f", "shop", "google_compute_firewall.f"))

    assert not any(
        command.startswith("aws") for command in build_commands(firewall, ["trail_resource", "trail_user", "read"])
    )


def test_an_unknown_step_is_a_mistake_of_the_table() -> None:
    with pytest.raises(KeyError):
        build_commands(BUCKET, ["undo"])


@pytest.mark.parametrize("name", ["--endpoint-url=http://evil.example", "file:///etc/passwd", "fileb://key"])
def test_a_name_that_a_program_takes_for_an_option_or_a_file_is_not_used(name: str) -> None:
    assert build_commands(drift(ResourceRef("aws", "aws_db_instance", name, SCOPE)), ["read"]) == ()


def test_a_name_with_separators_cannot_change_the_question() -> None:
    hostile = drift(ResourceRef("aws", "aws_db_instance", "a,AttributeKey=Username", SCOPE))

    assert shlex.split(build_commands(hostile, ["trail_resource"])[0])[-1] == (
        '[{"AttributeKey":"ResourceName","AttributeValue":"a,AttributeKey=Username"}]'
    )


@pytest.mark.parametrize(
    "name", ["$(touch x)", "`touch x`", "a; touch x", "a' && touch x #", "a\ntouch x", "\x1b]52;c;eA==\x07", "a\u202eb"]
)
def test_a_real_shell_sees_one_word(name: str) -> None:
    hostile = drift(ResourceRef("aws", "aws_db_instance", name, SCOPE, f"aws_db_instance.{name}"))
    visible = "".join(char for char in name if char.isprintable())

    for command in build_commands(hostile, ["read", "list"]):
        words = subprocess.run(
            ["/bin/sh", "-c", f"printf '%s\\n' {command}"], capture_output=True, text=True, check=True, timeout=10
        ).stdout.splitlines()
        assert words[-1].endswith(visible)
        assert len(words) == len(shlex.split(command))


@given(st.text(max_size=30))
def test_any_name_is_one_word(name: str) -> None:
    ref = ResourceRef("aws", "aws_db_instance", name, SCOPE, f'aws_db_instance.a["{name}"]', name)
    for command in build_commands(drift(ref), ["read", "revert", "import", "trail_resource"]):
        assert not any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") for char in command)
        assert len(shlex.split(command)) in (3, 4, 7, 11)
