"""Recorded stacks: templates paired with the answers about the stacks that were made from them."""

import json
from pathlib import Path

import pytest

from engine.collectors.base import Context
from engine.collectors.declared.cloudformation import Settings, Source
from engine.errors import SourceError
from engine.model import UNRESOLVED, Declared, Language, Observed
from tests.support.stack_files import QUEUE_URL, arn_of, made, write_stack

QUEUE = "Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}\n"


def read(folder: Path) -> tuple[dict[str, Declared], list[Observed], Context]:
    context = Context()
    found = list(Source(Settings(name="cfn", kind="cloudformation", path=".", base=folder)).collect(context))
    declared = {item.ref.address: item for item in found if isinstance(item, Declared)}
    return declared, [item for item in found if isinstance(item, Observed)], context


def test_a_resource_is_named_by_its_stack_and_found_by_its_physical_id(tmp_path: Path) -> None:
    write_stack(tmp_path, "shop", QUEUE, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
    declared, _, context = read(tmp_path)
    item = declared["shop/Queue"]
    assert (item.ref.type, item.ref.id, item.ref.scope) == ("AWS::SQS::Queue", QUEUE_URL, "123456789012/eu-west-1")
    assert item.language is Language.CLOUDFORMATION
    assert item.attributes == {"VisibilityTimeout": 30}
    assert context.problems == []


def test_plumbing_and_what_is_gone_are_left_out(tmp_path: Path) -> None:
    resources = [
        made("Queue", "AWS::SQS::Queue", QUEUE_URL, status="DELETE_COMPLETE"),
        made("Wait", "AWS::CloudFormation::WaitConditionHandle", "w"),
        made("Own", "Custom::Own", "o"),
    ]
    template = QUEUE + "  Wait: {Type: AWS::CloudFormation::WaitConditionHandle}\n  Own: {Type: Custom::Own}\n"
    write_stack(tmp_path, "shop", template, resources)
    declared, _, context = read(tmp_path)
    assert declared == {}
    assert context.problems == []


def test_nested_stacks_get_their_parameters_and_give_their_outputs(tmp_path: Path) -> None:
    parent = (
        "Resources:\n"
        "  Net:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: https://b.s3.amazonaws.com/network.yaml, Parameters: {Env: prod}}\n"
        "  Thing: {Type: AWS::Test::Thing, Properties: {Name: !GetAtt Net.Outputs.QueueName}}\n"
    )
    child = (
        "Parameters: {Env: {Type: String, Default: dev}}\n"
        "Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-${Env}'}}\n"
        "Outputs: {QueueName: {Value: !GetAtt Queue.QueueName}}\n"
    )
    nested = "shop-Net-1AB2"
    stack, thing = made("Net", "AWS::CloudFormation::Stack", arn_of(nested)), made("Thing", "AWS::Test::Thing", "t")
    write_stack(tmp_path, "shop", parent, [stack, thing])
    write_stack(tmp_path, nested, None, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
    (tmp_path / "network.yaml").write_text(child)
    declared, _, context = read(tmp_path)
    assert declared["shop/Net/Queue"].attributes == {"QueueName": "q-prod"}
    assert declared["shop/Thing"].attributes == {"Name": "orders"}
    assert context.problems == []


def test_a_secret_stays_one_in_the_stack_it_is_given_to(tmp_path: Path) -> None:
    parent = (
        "Parameters: {Password: {Type: String, NoEcho: true}}\n"
        "Resources:\n  Net:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: network.yaml, Parameters: {Word: !Ref Password}}\n"
    )
    child = (
        "Parameters: {Word: {Type: String}}\n"
        "Resources:\n  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-${Word}'}}\n"
    )
    nested = "shop-Net-1AB2"
    write_stack(tmp_path, "shop", parent, [made("Net", "AWS::CloudFormation::Stack", arn_of(nested))])
    queue = made("Queue", "AWS::SQS::Queue", QUEUE_URL)
    write_stack(tmp_path, nested, None, [queue], parameters={"Word": "hunter2"})
    (tmp_path / "network.yaml").write_text(child)
    item = read(tmp_path)[0]["shop/Net/Queue"]
    assert item.attributes == {"QueueName": f"q-{UNRESOLVED}"}
    assert item.sensitive == {"QueueName"}


def test_values_are_imported_from_stacks_that_export_them(tmp_path: Path) -> None:
    exporting = (
        "Resources:\n  Queue: {Type: AWS::SQS::Queue}\n"
        "Outputs: {Url: {Value: !Ref Queue, Export: {Name: !Sub '${AWS::StackName}-url'}}}\n"
    )
    importing = "Resources:\n  Thing: {Type: AWS::Test::Thing, Properties: {Url: !ImportValue base-url}}\n"
    write_stack(tmp_path, "base", exporting, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
    write_stack(tmp_path, "app", importing, [made("Thing", "AWS::Test::Thing", "t")])
    assert read(tmp_path)[0]["app/Thing"].attributes == {"Url": QUEUE_URL}


def test_the_template_named_as_the_stack_is_its_own(tmp_path: Path) -> None:
    for name, timeout in (("shop-prod", 30), ("shop-test", 60)):
        template = QUEUE.replace("30", str(timeout))
        write_stack(tmp_path, name, template, [made("Queue", "AWS::SQS::Queue", f"{QUEUE_URL}-{name}")])
    declared, _, _ = read(tmp_path)
    assert declared["shop-prod/Queue"].attributes == {"VisibilityTimeout": 30}
    assert declared["shop-test/Queue"].attributes == {"VisibilityTimeout": 60}


def test_templates_that_fit_equally_well_are_not_guessed_between(tmp_path: Path) -> None:
    write_stack(tmp_path, "shop", None, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
    (tmp_path / "a.yaml").write_text(QUEUE)
    (tmp_path / "b.yaml").write_text(QUEUE.replace("30", "60"))
    declared, _, context = read(tmp_path)
    assert declared == {}
    assert "several templates fit it (a.yaml, b.yaml)" in context.problems[0]


def test_a_template_without_stack_is_told(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(QUEUE)
    declared, _, context = read(tmp_path)
    assert declared == {}
    assert context.skipped == 1
    assert "alone.yaml: no stack was found for it" in context.problems[0]


def test_a_stack_without_template_is_told(tmp_path: Path) -> None:
    write_stack(tmp_path, "shop", None, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
    declared, _, context = read(tmp_path)
    assert declared == {}
    assert context.problems == [
        "stack shop in 123456789012/eu-west-1: its template is not there; add it, or the answer of get-template"
    ]


def test_what_the_serverless_transform_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    template = (
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n  Fn: {Type: AWS::Serverless::Function}\n"
        "  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}\n"
    )
    resources = [
        made("Fn", "AWS::Lambda::Function", "fn"),
        made("FnRole", "AWS::IAM::Role", "fn-role"),
        made("Queue", "AWS::SQS::Queue", QUEUE_URL),
        made("Queue2", "AWS::SQS::Queue", f"{QUEUE_URL}2"),
    ]
    template += "  Queue2: {Type: AWS::SQS::Queue}\n"
    write_stack(tmp_path, "shop", template, resources)
    declared, _, context = read(tmp_path)
    assert set(declared) == {"shop/Queue", "shop/Queue2"}
    assert len(context.problems) == 1
    assert "2 resources come from the serverless transform" in context.problems[0]


def test_summaries_without_an_arn_join_the_stack_of_their_files_name(tmp_path: Path) -> None:
    write_stack(tmp_path, "shop", QUEUE, [], parameters={})
    (tmp_path / "shop.stack-resources.json").unlink()
    summaries = {"StackResourceSummaries": [made("Queue", "AWS::SQS::Queue", QUEUE_URL)]}
    (tmp_path / "list-stack-resources-shop.json").write_text(json.dumps(summaries))
    declared, _, _ = read(tmp_path)
    assert declared["shop/Queue"].ref.scope == "123456789012/eu-west-1"


class TestDriftAnswers:
    ANSWER = {  # noqa: RUF012 - data
        "LogicalResourceId": "Queue",
        "PhysicalResourceId": QUEUE_URL,
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": "MODIFIED",
        "ExpectedProperties": '{"VisibilityTimeout": 30, "KmsMasterKeyId": "key-1"}',
        "ActualProperties": '{"VisibilityTimeout": 90, "KmsMasterKeyId": "key-1"}',
        "PropertyDifferences": [],
    }

    def test_declare_what_no_template_does(self, tmp_path: Path) -> None:
        write_stack(tmp_path, "shop", None, [], drifts=[self.ANSWER])
        declared, observed, _ = read(tmp_path)
        assert declared["shop/Queue"].attributes == {"VisibilityTimeout": 30, "KmsMasterKeyId": "key-1"}
        assert observed[0].parts["CloudFormationDrift"] == {
            "Status": "MODIFIED",
            "Expected": {"VisibilityTimeout": 30, "KmsMasterKeyId": "key-1"},
            "Actual": {"VisibilityTimeout": 90, "KmsMasterKeyId": "key-1"},
        }

    def test_fill_what_could_not_be_resolved(self, tmp_path: Path) -> None:
        template = QUEUE.replace("VisibilityTimeout: 30", "VisibilityTimeout: 45, KmsMasterKeyId: !ImportValue key")
        write_stack(tmp_path, "shop", template, [made("Queue", "AWS::SQS::Queue", QUEUE_URL)], drifts=[self.ANSWER])
        declared, _, _ = read(tmp_path)
        assert declared["shop/Queue"].attributes == {"VisibilityTimeout": 45, "KmsMasterKeyId": "key-1"}

    def test_masked_values_stay_unknown(self, tmp_path: Path) -> None:
        answer = {**self.ANSWER, "ExpectedProperties": '{"A": "****", "B": "{{resolve:ssm:/x}}"}'}
        write_stack(tmp_path, "shop", None, [], drifts=[answer])
        assert read(tmp_path)[0]["shop/Queue"].attributes == {"A": UNRESOLVED, "B": UNRESOLVED}


class TestDamage:
    def test_costs_the_file_or_the_record_alone(self, tmp_path: Path) -> None:
        write_stack(tmp_path, "shop", QUEUE, [made("Queue", "AWS::SQS::Queue", QUEUE_URL), {"LogicalResourceId": 3}])
        (tmp_path / "broken.yaml").write_text("a: [")
        (tmp_path / "parameters.json").write_text('[{"ParameterKey": "a"}]')
        (tmp_path / "notes.txt").write_text("nothing")
        declared, _, context = read(tmp_path)
        assert set(declared) == {"shop/Queue"}
        assert [problem.split(": ")[0] for problem in context.problems] == ["broken.yaml", "shop.stack-resources.json"]

    def test_nothing_usable_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "broken.yaml").write_text("a: [")
        with pytest.raises(SourceError, match=r"no CloudFormation template .* broken\.yaml: is neither JSON nor YAML"):
            read(tmp_path)

    def test_a_template_nested_without_end_costs_itself(self, tmp_path: Path) -> None:
        deep = '{"Fn::Join": ["", [' * 60 + '"x"' + "]]}" * 60
        template = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"P": "@"}}}})
        write_stack(tmp_path, "shop", template.replace('"@"', deep), [made("Queue", "AWS::SQS::Queue", QUEUE_URL)])
        declared, _, _ = read(tmp_path)
        assert declared["shop/Queue"].attributes == {"P": "x"}


def test_the_fingerprint_changes_with_the_files(tmp_path: Path) -> None:
    write_stack(tmp_path, "shop", QUEUE, [])
    source = Source(Settings(name="cfn", kind="cloudformation", path=".", base=tmp_path))
    before = source.fingerprint()
    (tmp_path / "shop.yaml").write_text(QUEUE + "# more\n")
    assert source.fingerprint() != before
    assert Source(Settings(name="cfn", kind="cloudformation", regions=["eu-west-1"])).fingerprint() is None
