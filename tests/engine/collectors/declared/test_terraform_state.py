"""What the `terraform_state` source makes of states: resources, who they are, and why a file is refused."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.declared.terraform_state import Settings, Source
from engine.errors import SourceError
from engine.model import Declared
from tests.support.paths import SHARED_DATA, needs_shared_data

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


def source(*paths: str | Path, **settings: Any) -> Source:
    return Source(Settings(name="state", kind="terraform_state", path=[str(path) for path in paths], **settings))


def read(*paths: str | Path) -> list[Declared]:
    context = Context()
    found = list(source(*paths).collect(context))
    assert context.problems == []
    return found


def resource(type_: str, name: str, *instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": type_, "name": name, "provider": AWS, "instances": list(instances)} | more


def instance(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema_version": 0, "attributes": attributes} | more


def write(folder: Path, *resources: dict[str, Any], name: str = "terraform.tfstate", **more: Any) -> Path:
    state = {"version": 4, "terraform_version": "1.9.2", "serial": 3, "lineage": "l", "resources": resources} | more
    file = folder / name
    file.write_text(json.dumps(state))
    return file


class TestResources:
    def test_a_resource_is_named_and_placed(self, tmp_path: Path) -> None:
        arn = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1"
        attributes = {"id": "sg-1", "arn": arn, "name": "front", "ingress": []}
        file = write(tmp_path, resource("aws_security_group", "front", instance(attributes), module="module.web"))

        (found,) = read(file)

        assert found.ref.provider == "aws"
        assert found.ref.type == "aws_security_group"
        assert found.ref.id == "sg-1"
        assert found.ref.address == "module.web.aws_security_group.front"
        assert found.ref.name == "front"
        assert found.ref.scope == "123456789012/eu-west-1"
        assert found.attributes == attributes
        assert found.keys == (arn, "sg-1", "front")
        assert (found.source, found.origin) == ("state", "terraform.tfstate")

    @pytest.mark.parametrize(
        ("key", "written"),
        [
            (0, "[0]"),
            ("eu.west", '["eu.west"]'),
            ('a"b\\c', r'["a\"b\\c"]'),
            ("${x} %{y}", '["$${x} %%{y}"]'),
            ("line\n\x1b", '["line\\n\\u001b"]'),
        ],
    )
    def test_instances_of_count_and_for_each_have_terraforms_addresses(
        self, tmp_path: Path, key: int | str, written: str
    ) -> None:
        (found,) = read(write(tmp_path, resource("aws_instance", "a", instance({"id": "i-1"}, index_key=key))))

        assert found.ref.address == f"aws_instance.a{written}"

    def test_data_sources_and_deposed_objects_are_no_resources(self, tmp_path: Path) -> None:
        file = write(
            tmp_path,
            resource("aws_ami", "base", instance({"id": "ami-1"}), mode="data"),
            resource("aws_instance", "a", instance({"id": "i-1"}), instance({"id": "i-0"}, deposed="00a1b2c3")),
        )

        assert [found.ref.id for found in read(file)] == ["i-1"]

    @pytest.mark.parametrize(
        ("configuration", "provider"),
        [
            (AWS, "aws"),
            ('module.x.provider["registry.opentofu.org/hashicorp/google-beta"].eu', "gcp"),
            ("provider.azurerm.eu", "azure"),
            ("module.child.provider.kubernetes", "kubernetes"),
            ('provider["terraform.io/builtin/terraform"]', "terraform"),
        ],
    )
    def test_providers_have_short_names(self, tmp_path: Path, configuration: str, provider: str) -> None:
        file = write(tmp_path, resource("x_y", "a", instance({"id": "1"}), provider=configuration))

        assert read(file)[0].ref.provider == provider

    def test_the_name_tag_and_numeric_ids_are_used(self, tmp_path: Path) -> None:
        file = write(tmp_path, resource("aws_instance", "a", instance({"id": 42, "tags": {"Name": "web"}})))

        assert (read(file)[0].ref.id, read(file)[0].ref.name) == ("42", "web")


class TestScope:
    QUEUE = resource("aws_sqs_queue", "q", instance({"id": "q", "arn": "arn:aws:sqs:us-east-1:123456789012:q"}))
    BUCKET = resource("aws_s3_bucket", "b", instance({"id": "b", "arn": "arn:aws:s3:::b", "region": "eu-west-1"}))

    def test_a_bucket_takes_the_account_of_the_rest(self, tmp_path: Path) -> None:
        assert read(write(tmp_path, self.BUCKET, self.QUEUE))[0].ref.scope == "123456789012/eu-west-1"

    def test_an_arn_without_region_gives_the_account_alone(self, tmp_path: Path) -> None:
        role = resource("aws_iam_role", "r", instance({"id": "r", "arn": "arn:aws:iam::123456789012:role/r"}))

        assert read(write(tmp_path, role))[0].ref.scope == "123456789012"

    def test_where_accounts_disagree_none_is_guessed(self, tmp_path: Path) -> None:
        other = resource("aws_sqs_queue", "p", instance({"id": "p", "arn": "arn:aws:sqs:us-east-1:210987654321:p"}))

        assert read(write(tmp_path, self.BUCKET, self.QUEUE, other))[0].ref.scope == ""

    def test_accounts_of_aliased_providers_are_kept_apart(self, tmp_path: Path) -> None:
        other = resource("aws_sqs_queue", "p", instance({"id": "p", "arn": "arn:aws:sqs:us-east-1:210987654321:p"}))
        other["provider"] = f"{AWS}.audit"

        assert read(write(tmp_path, self.BUCKET, self.QUEUE, other))[0].ref.scope == "123456789012/eu-west-1"

    def test_a_recorded_identity_tells_the_account(self, tmp_path: Path) -> None:
        identity = {"account_id": "123456789012", "bucket": "b", "region": "eu-north-1"}
        bucket = resource("aws_s3_bucket", "b", instance({"id": "b"}, identity=identity))

        assert read(write(tmp_path, bucket))[0].ref.scope == "123456789012/eu-north-1"

    def test_projects_and_subscriptions(self, tmp_path: Path) -> None:
        link = "https://www.googleapis.com/compute/v1/projects/shop/global/firewalls/f"
        google = 'provider["registry.terraform.io/hashicorp/google"]'
        azurerm = 'provider["registry.terraform.io/hashicorp/azurerm"]'
        group = {"id": "/subscriptions/8cb4-01/resourceGroups/rg"}
        file = write(
            tmp_path,
            resource("google_compute_firewall", "f", instance({"id": "f", "self_link": link}), provider=google),
            resource("azurerm_resource_group", "g", instance(group), provider=azurerm),
        )

        assert [found.ref.scope for found in read(file)] == ["shop", "8cb4-01"]


class TestSecrets:
    def test_marked_attributes_have_dotted_paths(self, tmp_path: Path) -> None:
        marks = [
            [{"type": "get_attr", "value": "master_hint"}],
            [
                {"type": "get_attr", "value": "environment"},
                {"type": "index", "value": {"value": 0, "type": "number"}},
                {"type": "get_attr", "value": "variables"},
                {"type": "index", "value": {"value": "DB.URL", "type": "string"}},
            ],
        ]
        attributes = {"id": "f", "master_hint": "x", "environment": [{"variables": {"DB.URL": "y"}}]}
        file = write(tmp_path, resource("aws_x", "a", instance(attributes, sensitive_attributes=marks)))

        assert read(file)[0].sensitive == {"master_hint", 'environment[0].variables["DB.URL"]'}

    def test_what_is_secret_by_name_or_type_is_marked_without_being_told(self, tmp_path: Path) -> None:
        file = write(
            tmp_path,
            resource(
                "aws_db_instance", "d", instance({"id": "d", "password": "x", "manage_master_user_password": True})
            ),
            resource("random_password", "p", instance({"id": "none", "result": "x", "length": 12})),
        )

        assert [found.sensitive for found in read(file)] == [{"password"}, {"result"}]

    def test_a_mark_on_the_whole_marks_every_attribute(self, tmp_path: Path) -> None:
        file = write(tmp_path, resource("aws_x", "a", instance({"id": "f", "b": 1}, sensitive_attributes=[[]])))

        assert read(file)[0].sensitive == {"id", "b"}


class TestFormats:
    def test_format_3(self, tmp_path: Path) -> None:
        attributes = {"id": "sg-1", "name": "web", "tags.%": "1", "tags.Team": "core", "ports.#": "1", "ports.7": "80"}
        web = {
            "type": "aws_security_group",
            "primary": {"id": "sg-1", "attributes": attributes},
            "provider": "provider.aws",
        }
        ami = {"type": "aws_ami", "primary": {"id": "ami-1", "attributes": {"id": "ami-1"}}}
        resources = {"aws_security_group.web.1": web, "data.aws_ami.base": ami}
        module = {"path": ["root", "net", "inner"], "resources": resources}
        file = tmp_path / "old.tfstate"
        file.write_text(json.dumps({"version": 3, "serial": 1, "lineage": "l", "modules": [module]}))

        (found,) = read(file)

        assert found.ref.address == "module.net.module.inner.aws_security_group.web[1]"
        assert found.attributes == {"id": "sg-1", "name": "web", "tags": {"Team": "core"}, "ports": ["80"]}
        assert found.ref.provider == "aws"

    @pytest.mark.parametrize("version", [1, 2])
    def test_formats_1_and_2(self, tmp_path: Path, version: int) -> None:
        module = {"path": ["root"], "resources": {"aws_instance.a": {"type": "aws_instance", "primary": {"id": "i-1"}}}}
        file = tmp_path / "older.tfstate"
        file.write_text(json.dumps({"version": version, "serial": 1, "modules": [module]}))

        assert [(found.ref.address, found.ref.id) for found in read(file)] == [("aws_instance.a", "i-1")]

    def test_flat_attributes_in_format_4(self, tmp_path: Path) -> None:
        flat = {"id": "n", "triggers.%": "1", "triggers.at": "1"}
        file = write(tmp_path, resource("null_resource", "n", {"schema_version": 0, "attributes_flat": flat}))

        assert read(file)[0].attributes == {"id": "n", "triggers": {"at": "1"}}

    def test_dynamically_typed_values_are_unwrapped(self, tmp_path: Path) -> None:
        wrapped = {"value": {"a": "1"}, "type": ["object", {"a": "string"}]}
        attributes = {
            "id": "d",
            "input": wrapped,
            "output": {"value": "1", "type": "string"},
            "set": {"type": "x", "value": "y"},
        }
        file = write(tmp_path, resource("terraform_data", "d", instance(attributes)))

        assert read(file)[0].attributes == {
            "id": "d", "input": {"a": "1"}, "output": "1", "set": {"type": "x", "value": "y"},
        }  # fmt: skip

    def test_what_terraform_show_prints(self, tmp_path: Path) -> None:
        shown = {
            "address": 'module.a["x"].aws_lambda_function.f', "mode": "managed", "type": "aws_lambda_function",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": {"id": "f", "function_name": "f", "environment": [{"variables": {"K": "v"}}]},
            "sensitive_values": {"environment": [{"variables": {"K": True}}]},
        }  # fmt: skip
        deposed = shown | {"deposed_key": "00a1b2c3"}
        data = shown | {"mode": "data"}
        root = {"child_modules": [{"resources": [shown, deposed, data]}]}
        file = tmp_path / "show.json"
        file.write_text(json.dumps({"format_version": "1.0", "values": {"root_module": root}}), encoding="utf-16")

        (found,) = read(file)

        assert found.ref.address == 'module.a["x"].aws_lambda_function.f'
        assert found.ref.name == "f"
        assert found.sensitive == {"environment[0].variables.K"}

    def test_what_terraform_show_prints_of_an_empty_state(self, tmp_path: Path) -> None:
        file = tmp_path / "show.json"
        file.write_text('{"format_version": "1.0"}')

        assert read(file) == []


STATE = '{"version": 4, "serial": 1, "lineage": "l", "resources": [{"mode": "managed", "type": "t", "name": "n"}]}'
REFUSED = {
    "": "the file is empty",
    STATE[:60]: "cut short",
    "resource \"aws_instance\" {}": "not JSON",
    f'{{"lineage": {"[" * 5000}': "nested too deeply",
    "[]": "neither a Terraform state",
    '{"name": "shop", "version": "1.0.0"}': "neither a Terraform state",
    '{"version": 3, "sources": ["a.ts"], "mappings": ""}': "neither a Terraform state",
    '{"version": 0, "serial": 1}': "neither a Terraform state",
    '{"meta": {}, "encrypted_data": "x", "encryption_version": "v0"}': "encrypted by OpenTofu",
    '{"version": 5, "serial": 1, "resources": {"new": "shape"}}': "format 5, newer than",
    '{"format_version": "2.0", "values": {}}': "format '2.0', newer than",
    '{"format_version": "1.2", "planned_values": {}, "resource_changes": []}': "a Terraform plan, not a state",
    '{"format_version": "1.0", "provider_schemas": {}}': "neither a Terraform state",
    '{"version": 3, "serial": 0, "backend": {"type": "s3"}, "modules": []}': "which backend keeps the state",
    '{"version": 4, "serial": 1, "resources": {"a": 1}}': "does not have the shape of a state",
}  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize(("content", "reason"), REFUSED.items(), ids=REFUSED.values())
    def test_each_has_its_own_sentence(self, tmp_path: Path, content: str, reason: str) -> None:
        file = tmp_path / "terraform.tfstate"
        file.write_text(content)

        with pytest.raises(SourceError, match=f"terraform.tfstate: .*{reason}") as refusal:
            list(source(file).collect(Context()))
        assert "\n" not in str(refusal.value)

    def test_damaged_compression_and_binary_content(self, tmp_path: Path) -> None:
        (tmp_path / "a.tfstate.gz").write_bytes(gzip.compress(STATE.encode())[:-12])
        (tmp_path / "b.tfstate").write_bytes(b'{"version": 4, "lineage": "\xff\xfe"}')
        context = Context()

        with pytest.raises(SourceError, match=r"a\.tfstate\.gz: the compressed file is damaged .*\(1 more could not"):
            list(source(tmp_path).collect(context))
        assert [problem.count("tfstate") for problem in context.problems] == [1, 1]

    def test_a_broken_file_leaves_the_others(self, tmp_path: Path) -> None:
        (tmp_path / "broken.tfstate").write_text("{")
        write(tmp_path, resource("aws_instance", "a", instance({"id": "i-1"})), name="good.tfstate")
        context = Context()

        found = list(source(tmp_path, tmp_path / "absent.tfstate", "ftp://bucket/key").collect(context))

        assert [item.ref.id for item in found] == ["i-1"]
        assert context.skipped == 3
        broken, absent, elsewhere = context.problems
        assert broken == "broken.tfstate: the JSON ends too early, the file was cut short; copy it again"
        assert "absent.tfstate: no such file, folder or match; check `path`" in absent
        assert elsewhere.startswith("ftp://bucket/key: states at ftp:// are not supported")

    def test_a_login_in_an_address_is_not_repeated(self) -> None:
        with pytest.raises(SourceError, match=r"ftp://state\.example\.com/prod: .* not supported") as refusal:
            list(source("ftp://bot:hunter2@state.example.com/prod?token=abc").collect(Context()))
        assert "hunter2" not in str(refusal.value)
        assert "abc" not in str(refusal.value)

    def test_a_folder_without_states_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="no Terraform state was found; check `path` of source 'state'"):
            list(source(tmp_path).collect(Context()))


class TestFolders:
    def test_states_are_told_from_other_json(self, tmp_path: Path) -> None:
        write(tmp_path, resource("aws_instance", "a", instance({"id": "i-1"})), name="state.json")
        (tmp_path / "package.json").write_text('{"name": "shop", "version": "1.0.0"}')
        (tmp_path / "main.tf").write_text("")
        compressed = write(tmp_path, resource("aws_instance", "b", instance({"id": "i-2"})), name="x")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "b.tfstate.gz").write_bytes(gzip.compress(compressed.read_bytes()))

        assert sorted(found.ref.id for found in read(tmp_path)) == ["i-1", "i-2"]

    def test_the_fingerprint_follows_the_files(self, tmp_path: Path) -> None:
        write(tmp_path)
        reader = source(tmp_path)
        before = reader.fingerprint()

        assert reader.fingerprint() == before
        write(tmp_path, name="second.tfstate")
        assert reader.fingerprint() != before


@needs_shared_data
class TestRecorded:
    def test_every_recorded_state_is_read_or_refused_in_one_line(self) -> None:
        files = sorted((SHARED_DATA / "tfstate").iterdir())
        refusals = {file.name: refusal for file in files if (refusal := _refusal(file)) is not None}

        assert len(files) - len(refusals) > 350
        for name, refusal in refusals.items():
            assert refusal.startswith(f"{name}: ")
            assert "\n" not in refusal

    @pytest.mark.parametrize(
        "case", sorted((SHARED_DATA / "recorded/terraform").glob("*/")), ids=lambda path: path.name
    )
    def test_a_state_and_what_terraform_shows_of_it_are_the_same(self, case: Path) -> None:
        state = {item.ref.address: item for item in read(case / "terraform.tfstate")}
        shown = {item.ref.address: item for item in read(case / "state_show.json")}

        assert state.keys() == shown.keys()
        for address, item in state.items():
            assert _without_nulls(item.attributes) == _without_nulls(shown[address].attributes)
            assert item.ref == shown[address].ref


def _without_nulls(attributes: Any) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _refusal(file: Path) -> str | None:
    try:
        assert all(item.ref.provider and item.ref.address for item in source(file).collect(Context()))
    except SourceError as error:
        return str(error)
    return None


class TestCopies:
    def test_of_several_copies_of_one_state_the_newest_counts(self, tmp_path: Path) -> None:
        old = resource("aws_sqs_queue", "jobs", instance({"id": "jobs", "delay_seconds": 5}))
        new = resource("aws_sqs_queue", "jobs", instance({"id": "jobs", "delay_seconds": 9}))
        write(tmp_path, old, name="2026-01.tfstate", serial=3)
        write(tmp_path, new, name="now.tfstate", serial=12)
        context = Context()

        [item] = source(tmp_path).collect(context)

        assert item.attributes["delay_seconds"] == 9
        assert context.problems == ["2026-01.tfstate: an older copy of now.tfstate; what it says is over"]

    def test_states_of_their_own_all_count(self, tmp_path: Path) -> None:
        write(tmp_path, resource("aws_sqs_queue", "a", instance({"id": "a"})), name="a.tfstate", lineage="one")
        write(
            tmp_path, resource("aws_sqs_queue", "b", instance({"id": "b"})), name="b.tfstate", lineage="two", serial=9
        )
        assert [item.ref.id for item in read(tmp_path)] == ["a", "b"]
