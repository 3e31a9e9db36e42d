"""The light scan of Terraform code."""

from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.events.git.hcl import changed_attributes, module_calls, scan_blocks

CODE = """
terraform {
  required_version = ">= 1.5"   # not a resource
}

resource "aws_security_group" "web" {
  name = "web" # the front
  tags = {
    Team = "shop"
  }

  ingress {
    from_port   = 443
    cidr_blocks = [
      "10.0.0.0/8",   // inside
      "192.0.2.0/24",
    ]
  }
  ingress {
    from_port = 80
  }
  lifecycle { prevent_destroy = true }
}

resource "aws_iam_role" "task" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole" }]
  })
  description = <<-EOT
    Runs "tasks" {
  EOT
  path = "/}/"
}

data "aws_ami" "base" { owners = ["self"] }

module "queues" {
  source = "./modules/queues"
}
"""


def test_blocks_and_attributes() -> None:
    blocks = scan_blocks(CODE)
    assert list(blocks) == ["aws_security_group.web", "aws_iam_role.task", "data.aws_ami.base", "module.queues"]
    assert blocks["aws_security_group.web"] == {
        "name": "web",
        "tags": '{ Team = "shop" }',
        "ingress[0].from_port": "443",
        "ingress[0].cidr_blocks": '[ "10.0.0.0/8", "192.0.2.0/24", ]',
        "ingress[1].from_port": "80",
        "lifecycle[0].prevent_destroy": "true",
    }
    role = blocks["aws_iam_role.task"]
    assert role["assume_role_policy"].startswith("jsonencode({")
    assert role["path"] == "/}/"
    assert role["description"] == 'Runs "tasks" {'
    assert blocks["data.aws_ami.base"] == {"owners": '["self"]'}


def test_calls_of_local_modules() -> None:
    assert list(module_calls(CODE)) == [("queues", "./modules/queues")]
    assert list(module_calls('module "far" {\n  source = "registry.example/far"\n}\n')) == []


def test_what_changed() -> None:
    before = scan_blocks('resource "a_b" "c" {\n  x = 1\n  y = 2\n}\nresource "a_b" "gone" {\n}\n')
    after = scan_blocks('resource "a_b" "c" {\n  x = 1\n  y = 3\n  z = "new"\n}\nresource "a_b" "new" {\n  x = 1\n}\n')
    assert changed_attributes(before, after) == {
        "a_b.c": {"y": ["2", "3"], "z": [None, "new"]},
        "a_b.gone": {},
        "a_b.new": {"x": [None, "1"]},
    }


@given(st.text(st.sampled_from('resource "x" {}[]()=\n#/*"\\<EOT1,'), max_size=200))
def test_any_text_is_scanned_without_an_error(text: str) -> None:
    scan_blocks(text)


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_a_number_that_changed_is_found(old: int, new: int) -> None:
    template = 'resource "a_b" "c" {{\n  nested {{\n    size = {}\n  }}\n}}\n'
    found = changed_attributes(scan_blocks(template.format(old)), scan_blocks(template.format(new)))
    assert found == ({} if old == new else {"a_b.c": {"nested[0].size": [str(old), str(new)]}})
