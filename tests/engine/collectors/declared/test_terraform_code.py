"""Terraform code as a source: what is certain is told, what is not is left open, and nothing holds up the rest."""

from pathlib import Path

import pytest

from engine.collectors.base import Context
from engine.errors import SourceError
from engine.model import UNRESOLVED, Basis
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.terraform_code import cache, read, write

pytestmark = pytest.mark.usefixtures(cache.__name__)
__all__ = ["cache"]


def test_literals_locals_and_functions_are_evaluated(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            locals {
              prefix = "shop-${lower("PROD")}"
              rules  = [for port in [443, 80] : { port = port }]
            }
            resource "aws_s3_bucket" "logs" {
              bucket = "${local.prefix}-logs"
              force_destroy = !true
              tags = merge({ team = "core" }, { "cost.centre" = 42 })
              policy = jsonencode({ Version = "2012-10-17", Statement = [] })
              text = <<-EOT
                one
                  $${two}
              EOT
              dynamic "rule" {
                for_each = local.rules
                content { port = rule.value.port }
              }
            }
            """
        },
    )
    [item] = read(tmp_path).values()
    assert item.attributes == {
        "bucket": "shop-prod-logs",
        "force_destroy": False,
        "tags": {"team": "core", "cost.centre": 42},
        "policy": '{"Version":"2012-10-17","Statement":[]}',
        "text": "one\n  ${two}",
        "rule": [{"port": 443}, {"port": 80}],
    }
    assert (item.basis, item.origin, item.expected) == (Basis.CODE, "main.tf", True)


def test_what_only_the_provider_knows_is_left_open(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            data "aws_caller_identity" "me" {}
            variable "zone" { type = string }
            resource "aws_thing" "a" {
              vpc_id = aws_vpc.main["x"].id
              arn    = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:role/x"
              zone   = var.zone
              when   = timestamp()
              list   = ["a", aws_vpc.main.id]
              size   = var.zone == "a" ? 1 : 2
              depends_on = [aws_vpc.main]
            }
            """
        },
    )
    item = read(tmp_path)["aws_thing.a"]
    assert item.attributes == {
        "vpc_id": UNRESOLVED,
        "arn": f"arn:aws:iam::{UNRESOLVED}:role/x",
        "zone": UNRESOLVED,
        "when": UNRESOLVED,
        "list": ["a", UNRESOLVED],
        "size": UNRESOLVED,
    }
    assert item.written is not None
    assert item.written.references == ('aws_vpc.main["x"].id', "", "", "", "aws_vpc.main.id", "")


def test_no_block_at_all_says_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            resource "aws_x" "x" {
              name = "x"
              dynamic "rule" {
                for_each = []
                content { port = rule.value }
              }
              dynamic "open" {
                for_each = aws_y.y.ports
                content { port = open.value }
              }
            }
            """
        },
    )
    assert read(tmp_path)["aws_x.x"].attributes == {"name": "x", "open": [UNRESOLVED]}


def test_count_and_for_each_give_addresses(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            resource "aws_a" "n" {
              count = 2
              name = "n-${count.index}"
            }
            resource "aws_b" "m" {
              for_each = { "x.y" = 1, "q\\"z" = 2 }
              name = "${each.key}=${each.value}"
            }
            resource "aws_c" "s" {
              for_each = toset(["in", "out/dlq"])
              name = replace(each.value, "/", "-")
            }
            resource "aws_d" "none" { count = 0 }
            resource "aws_e" "open" {
              for_each = aws_a.n[0].zones
              name = each.key
            }
            """
        },
    )
    names = {address: item.attributes["name"] for address, item in read(tmp_path).items()}
    assert names == {
        "aws_a.n[0]": "n-0",
        "aws_a.n[1]": "n-1",
        'aws_b.m["x.y"]': "x.y=1",
        'aws_b.m["q\\"z"]': 'q"z=2',
        'aws_c.s["in"]': "in",
        'aws_c.s["out/dlq"]': "out-dlq",
        f"aws_e.open[{UNRESOLVED}]": UNRESOLVED,
    }


def test_modules_in_modules_pass_values_down_and_up(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/main.tf": """
            module "site" {
              source   = "../modules/site"
              for_each = { "eu.west" = "eu", us = "us" }
              name     = each.value
            }
            module "elsewhere" { source = "terraform-aws-modules/vpc/aws" }
            resource "aws_note" "n" {
              text = module.site["us"].full
              vpc  = module.elsewhere.vpc_id
            }
            """,
            "modules/site/main.tf": """
            variable "name" {}
            variable "size" { default = 3 }
            module "inner" {
              source = "./inner"
              label  = "site-${var.name}"
            }
            output "full" { value = module.inner.label }
            resource "aws_site" "s" { size = var.size }
            """,
            "modules/site/inner/main.tf": """
            variable "label" {}
            output "label" { value = upper(var.label) }
            resource "aws_leaf" "l" { name = var.label }
            """,
        },
    )
    found = {address: dict(item.attributes) for address, item in read(tmp_path).items()}
    assert found == {
        "aws_note.n": {"text": "SITE-US", "vpc": UNRESOLVED},
        'module.site["eu.west"].aws_site.s': {"size": 3},
        'module.site["us"].aws_site.s': {"size": 3},
        'module.site["eu.west"].module.inner.aws_leaf.l': {"name": "site-eu"},
        'module.site["us"].module.inner.aws_leaf.l': {"name": "site-us"},
    }


def test_variables_take_their_files_then_their_defaults(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            variable "a" { default = 1 }
            variable "b" { default = 1 }
            variable "c" { default = 1 }
            resource "aws_x" "x" {
              a = var.a
              b = var.b
              c = { own = var.c, plain = 1 }
            }
            """,
            "terraform.tfvars": "a = 2\nb = 2\n",
            "z.auto.tfvars.json": '{"b": 3}',
            "prod.tfvars": "c = 9\n",
        },
    )
    item = read(tmp_path)["aws_x.x"]
    assert item.attributes == {"a": 2, "b": 3, "c": {"own": 1, "plain": 1}}
    assert item.written is not None
    assert item.written.assumed == {"c": {"own": UNRESOLVED, "plain": 1}}  # whoever applies may have named another file


def test_json_syntax_says_the_same(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf.json": """{"locals": {"n": 2}, "resource": {"aws_x": {"x": {
                "count": "${local.n}", "name": "x-${count.index}", "tags": {"a": "$${b}"},
                "lifecycle": {"ignore_changes": ["tags"]}}}}}"""
        },
    )
    found = read(tmp_path)
    assert found["aws_x.x[1]"].attributes == {"name": "x-1", "tags": {"a": "${b}"}}
    assert found["aws_x.x[1]"].ignored == {"tags"}


def test_lifecycle_moves_imports_and_removals(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            resource "aws_s3_bucket" "c" {
              for_each = toset(["one"])
              bucket = each.key
              lifecycle { ignore_changes = [tags["a.b"], rule[0].days, acl] }
            }
            resource "aws_s3_bucket" "all" {
              lifecycle { ignore_changes = all }
            }
            resource "aws_s3_bucket" "found" { bucket = "found" }
            moved {
              from = aws_s3_bucket.b
              to   = aws_s3_bucket.c["one"]
            }
            moved {
              from = module.old.aws_s3_bucket.a
              to   = aws_s3_bucket.b
            }
            import {
              to = aws_s3_bucket.found
              id = "found"
            }
            removed {
              from = aws_s3_bucket.gone
              lifecycle { destroy = false }
            }
            """
        },
    )
    found = read(tmp_path)
    assert found['aws_s3_bucket.c["one"]'].ignored == {'tags["a.b"]', "rule[0].days", "acl"}
    written = found['aws_s3_bucket.c["one"]'].written
    assert written is not None
    assert written.was == ("aws_s3_bucket.b", "module.old.aws_s3_bucket.a")
    assert found["aws_s3_bucket.all"].ignored == {"*"}
    assert (found["aws_s3_bucket.found"].ref.id, found["aws_s3_bucket.found"].expected) == ("found", False)
    assert (found["aws_s3_bucket.gone"].attributes, found["aws_s3_bucket.gone"].ignored) == ({}, {"*"})


def test_providers_lend_their_region_and_default_tags(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            provider "aws" {
              region = "eu-west-1"
              default_tags { tags = { owner = "ops", team = "none" } }
            }
            provider "aws" {
              alias  = "us"
              region = "us-east-1"
            }
            resource "aws_a" "a" { tags = { team = "core" } }
            resource "aws_a" "b" {
              provider = aws.us
              tags = { team = "core" }
            }
            module "m" {
              source    = "./m"
              providers = { aws = aws.us }
            }
            """,
            "m/main.tf": 'resource "aws_a" "c" {}\n',
        },
    )
    found = read(tmp_path)
    regions = {address: item.written and item.written.region for address, item in found.items()}
    assert regions == {"aws_a.a": "eu-west-1", "aws_a.b": "us-east-1", "module.m.aws_a.c": "us-east-1"}
    assert found["aws_a.a"].attributes["tags_all"] == {"owner": "ops", "team": "core"}
    assert "tags_all" not in found["aws_a.b"].attributes


def test_what_holds_a_sensitive_variable_is_sensitive(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": """
            variable "word" {
              sensitive = true
              default   = "opal"
            }
            locals { hint = "x-${var.word}" }
            resource "aws_x" "x" {
              hint  = local.hint
              plain = "y"
            }
            """
        },
    )
    assert read(tmp_path)["aws_x.x"].sensitive == {"hint"}


def test_a_file_that_cannot_be_parsed_costs_itself_only(tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": 'resource "aws_a" "a" {}\n', "b.tf": 'resource "aws_b" {{{\n', "c.tf.json": "{"})
    context = Context()
    found = read(tmp_path, context)
    assert found.keys() == {"aws_a.a"}
    assert not found["aws_a.a"].expected  # what the others say of it is not known
    assert [problem.split(":")[0] for problem in sorted(context.problems)] == ["b.tf", "c.tf.json"]


def test_a_file_that_takes_too_long_is_left_out(tmp_path: Path) -> None:
    nested = "[" * 40 + "1" + "]" * 40
    write(tmp_path, {"a.tf": f"locals {{\n  x = {nested}\n}}\n"})
    context = Context()
    with pytest.raises(SourceError, match="took more than 0 s"):
        read(tmp_path, context, time_limit=0)


def test_values_that_grow_without_end_are_given_up(tmp_path: Path) -> None:
    doubled = "\n".join(f'a{n + 1} = "${{local.a{n}}}${{local.a{n}}}"' for n in range(60))
    lists = "\n".join(f"b{n + 1} = [local.b{n}, local.b{n}]" for n in range(60))
    write(
        tmp_path,
        {
            "main.tf": f"""
            locals {{
              a0 = "xxxxxxxxxx"
              {doubled}
              b0 = ["x"]
              {lists}
              c = local.d
              d = local.c
            }}
            resource "aws_x" "x" {{
              a = local.a60
              b = local.b60
              c = local.c
              e = jsonencode(local.b60)
            }}
            resource "aws_x" "many" {{ count = 100000000 }}
            """
        },
    )
    found = read(tmp_path)
    assert set(found["aws_x.x"].attributes.values()) == {UNRESOLVED}
    assert f"aws_x.many[{UNRESOLVED}]" in found


def test_code_outside_of_the_source_is_not_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"in/main.tf": 'module "m" {\n source = "../out"\n}\n', "out/main.tf": 'resource "aws_x" "x" {}\n'},
    )
    assert read(tmp_path / "in") == {}


def test_parsed_code_is_kept_unless_it_may_hold_a_secret(tmp_path: Path, cache: Path) -> None:
    write(
        tmp_path,
        {
            "a.tf": 'resource "aws_a" "a" {\n  name = "x"\n}\n',
            "b.tf": 'resource "aws_b" "b" {\n  password = "hunter2-opal"\n}\n',
        },
    )
    first = read(tmp_path)
    kept = [file.read_text() for file in cache.rglob("*") if file.is_file()]
    assert len(kept) == 1
    assert "hunter2" not in "".join(kept)
    assert read(tmp_path) == first


def test_a_folder_without_code_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no Terraform code was found"):
        read(tmp_path)


@needs_shared_data
@pytest.mark.parametrize("case", ["no_drift", "foreach_modules", "moved", "sensitive", "tags_update"])
def test_recorded_code_declares_what_its_state_has(case: str) -> None:
    import json

    folder = SHARED_DATA / "recorded/terraform" / case
    document = json.loads((folder / "terraform.tfstate").read_bytes())
    wanted = sum(len(item["instances"]) for item in document["resources"] if item["mode"] == "managed")
    assert len(read(folder)) == wanted
