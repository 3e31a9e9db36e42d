"""Templates as text, and what their functions come to in a stack."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.declared.cfn.intrinsics import Resolver
from engine.collectors.declared.cfn.names import World
from engine.collectors.declared.cfn.stacks import Stack, StackResource, Stacks
from engine.collectors.declared.cfn.template import read_template
from engine.collectors.declared.cfn.text import decode
from engine.collectors.declared.cloudformation import Settings, Source
from engine.errors import SourceError
from engine.model import UNRESOLVED, Declared
from tests.support.stack_files import QUEUE_URL, arn_of, made, write_stack

NAMES = st.sampled_from(["A", "B", "Thing", "AWS::Region", "AWS::NoValue", "Thing.Arn", "${A}-${Thing.Arn}", "1", ""])
FUNCTIONS = st.sampled_from(
    [
        *("Ref", "Condition", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Split", "Fn::Select", "Fn::If", "Fn::Cidr"),
        *("Fn::FindInMap", "Fn::Base64", "Fn::ImportValue", "Fn::ToJsonString", "Fn::Length", "Fn::Equals"),
        *("Fn::Not", "Fn::And", "Fn::Or", "Fn::Unheard"),
    ]
)
NODES = st.recursive(
    NAMES | st.none() | st.booleans() | st.integers(-3, 300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FUNCTIONS | NAMES, inner, max_size=2),
    max_leaves=12,
)


def resolved(folder: Path, template: str, **more: Any) -> dict[str, Any]:
    """The properties of the resource `Thing` of a stack named `shop`."""
    return declared(folder, template, **more).attributes  # type: ignore[return-value]


def declared(folder: Path, template: str, **more: Any) -> Declared:
    resources = [made("Thing", "AWS::Test::Thing", "thing-1"), *more.pop("resources", ())]
    write_stack(folder, "shop", template, resources, **more)
    found = Source(Settings(name="cfn", kind="cloudformation", path=".", base=folder)).collect(Context())
    return next(item for item in found if isinstance(item, Declared) and item.ref.id == "thing-1")


def thing(properties: str, before: str = "") -> str:
    return f"{before}\nResources:\n  Queue: {{Type: AWS::SQS::Queue}}\n  Thing:\n    Type: AWS::Test::Thing\n" + (
        "    Properties:\n" + "".join(f"      {line}\n" for line in properties.splitlines())
    )


class TestYaml:
    def test_short_forms_are_the_long_ones(self) -> None:
        text = b"a: !Ref B\nb: !GetAtt C.D.E\nc: !Sub ['${x}', {x: !GetAZs ''}]\nd: !Condition P\ne: !If [c, 1, 2]"
        assert decode(text) == {
            "a": {"Ref": "B"},
            "b": {"Fn::GetAtt": ["C", "D.E"]},
            "c": {"Fn::Sub": ["${x}", {"x": {"Fn::GetAZs": ""}}]},
            "d": {"Condition": "P"},
            "e": {"Fn::If": ["c", 1, 2]},
        }

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2010-09-09", "2010-09-09"),
            ("Yes", True),
            ("off", False),
            ("0755", "0755"),
            ("012345678901", "012345678901"),
            ("22:00", "22:00"),
            ("5.10", "5.10"),
            ("0.5", 0.5),
            ("12", 12),
            ("'12'", "12"),
            ("~", None),
            ("!!str 12", "12"),
            ("1e3", "1e3"),
        ],
    )
    def test_plain_scalars_are_what_people_mean(self, text: str, value: Any) -> None:
        assert decode(f"a: {text}".encode())["a"] == value

    def test_anchors_and_merges_are_followed(self) -> None:
        assert decode(b"a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: *x") == {
            "a": {"p": 1, "q": 2},
            "b": {"p": 1, "q": 3},
            "c": {"p": 1, "q": 2},
        }

    def test_a_key_that_stands_twice_is_not_known(self) -> None:
        assert decode(b"a: 1\nb: 2\na: 3") == {"a": UNRESOLVED, "b": 2}

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (b"a: [", "neither JSON nor YAML"),
            (b"\xff\xfe\x00", "not UTF-8"),
            (b"a: *b", "'b'"),
            (b"[" * 5000, "nested"),
            (b"a: &a [*a, *a]", "'a'"),
            (
                b"a0: &a0 [x,x]\n"
                + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 20)),
                "expands to more",
            ),
        ],
    )
    def test_what_cannot_be_read_is_told_in_a_sentence(self, text: bytes, why: str) -> None:
        with pytest.raises(SourceError, match=why):
            decode(text)

    @given(st.binary(max_size=200) | st.text(alphabet="{}[]:,-&*!<>|'\"# \nab1", max_size=60).map(str.encode))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        with contextlib.suppress(SourceError):
            decode(data)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=10,
        )
    )
    def test_json_reads_as_json(self, value: Any) -> None:
        assert decode(json.dumps({"a": value}).encode()) == {"a": value}


class TestFunctions:
    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("!Ref Queue", QUEUE_URL),
            ("!GetAtt Queue.Arn", "arn:aws:sqs:eu-west-1:123456789012:orders"),
            ("!GetAtt Queue.QueueName", "orders"),
            ("!GetAtt Queue.Unheard", UNRESOLVED),
            ("!Ref Nowhere", UNRESOLVED),
            ("!Ref AWS::Region", "eu-west-1"),
            ("!Sub '${AWS::StackName}-${AWS::AccountId}'", "shop-123456789012"),
            ("!Sub 'arn:${AWS::Partition}:s3:::x.${AWS::URLSuffix}'", "arn:aws:s3:::x.amazonaws.com"),
            ("!Sub '${Nowhere}/a/${!kept}'", f"{UNRESOLVED}/a/${{kept}}"),
            ("!Sub ['${a}-${b}', {a: 1, b: !Ref Queue}]", f"1-{QUEUE_URL}"),
            ("!Join ['-', [a, !Ref AWS::Region, true]]", "a-eu-west-1-true"),
            ("!Join ['-', [a, !Ref Nowhere]]", f"a-{UNRESOLVED}"),
            ("!Join [',', !Split ['|', 'a|b']]", "a,b"),
            ("!Select [1, !Split ['/', 'a/b']]", "b"),
            ("!Select [0, !Split ['/', !Ref Nowhere]]", UNRESOLVED),
            ("!Select [5, [a]]", UNRESOLVED),
            ("!Select [0, !GetAZs '']", UNRESOLVED),
            ("!Base64 hello", "aGVsbG8="),
            ("!Base64 {Ref: Nowhere}", UNRESOLVED),
            ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
            ("!Cidr [nonsense, 2, 8]", UNRESOLVED),
            ("!FindInMap [Sizes, !Ref AWS::Region, size]", "big"),
            ("!FindInMap [Sizes, elsewhere, size]", UNRESOLVED),
            ("!If [IsProd, a, b]", "b"),
            ("!If [Unheard, a, b]", UNRESOLVED),
            ("[a, !If [IsProd, b, !Ref AWS::NoValue]]", ["a"]),
            ("!ImportValue nobody-exports", UNRESOLVED),
            ("!Transform {Name: AWS::Include}", UNRESOLVED),
            ("!Ref Names", ["x", "y"]),
            ("{Fn::ToJsonString: {a: 1}}", '{"a":1}'),
            ("{Fn::Length: [1, 2]}", 2),
        ],
    )
    def test_come_to(self, tmp_path: Path, written: str, value: Any) -> None:
        before = (
            "Parameters:\n  Env: {Type: String, Default: dev}\n  Names: {Type: CommaDelimitedList, Default: 'x, y'}\n"
            "Mappings: {Sizes: {eu-west-1: {size: big}}}\nConditions: {IsProd: !Equals [!Ref Env, prod]}"
        )
        template = thing(f"P: {written}", before)
        queue = made("Queue", "AWS::SQS::Queue", QUEUE_URL)
        assert resolved(tmp_path, template, resources=[queue]) == {"P": value}

    def test_a_property_without_value_is_not_there(self, tmp_path: Path) -> None:
        assert resolved(tmp_path, thing("P: !Ref AWS::NoValue\nQ: 1")) == {"Q": 1}

    def test_described_parameters_come_before_defaults(self, tmp_path: Path) -> None:
        before = "Parameters: {Env: {Type: String, Default: dev}}"
        assert resolved(tmp_path, thing("P: !Ref Env", before), parameters={"Env": "prod"}) == {"P": "prod"}

    def test_defaults_that_would_have_made_other_resources_are_not_believed(self, tmp_path: Path) -> None:
        template = (
            "Parameters: {Env: {Type: String, Default: dev}}\nConditions: {IsProd: !Equals [!Ref Env, prod]}\n"
            "Resources:\n  Extra: {Type: AWS::SQS::Queue, Condition: IsProd}\n"
            "  Thing: {Type: AWS::Test::Thing, Properties: {P: !Ref Env, Q: !If [IsProd, 1, 2]}}\n"
        )
        extra = made("Extra", "AWS::SQS::Queue", QUEUE_URL)
        assert resolved(tmp_path, template, resources=[extra]) == {"P": UNRESOLVED, "Q": UNRESOLVED}

    def test_secrets_are_neither_resolved_nor_shown(self, tmp_path: Path) -> None:
        found = declared(
            tmp_path,
            thing(
                "Url: !Sub 'postgres://${Password}@db'\nList: [a, {Key: '{{resolve:secretsmanager:db}}'}]\nPlain: x",
                "Parameters: {Password: {Type: String, NoEcho: true, Default: hunter2}}",
            ),
        )
        assert found.attributes["Url"] == f"postgres://{UNRESOLVED}@db"
        assert found.attributes["List"] == ["a", {"Key": UNRESOLVED}]
        assert found.sensitive == {"Url", "List"}
        assert "hunter2" not in repr(found)

    def test_a_parameter_kept_elsewhere_is_known_once_it_was_looked_up(self, tmp_path: Path) -> None:
        before = "Parameters: {Ami: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /ami}}"
        assert resolved(tmp_path, thing("P: !Ref Ami", before)) == {"P": UNRESOLVED}

    def test_conditions_and_mappings_that_go_in_circles_end(self, tmp_path: Path) -> None:
        before = "Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}"
        assert resolved(tmp_path, thing("P: !If [A, 1, 2]", before)) == {"P": UNRESOLVED}

    @settings(max_examples=150)
    @given(NODES)
    def test_whatever_is_written_comes_to_something(self, node: Any) -> None:
        thing = StackResource(
            logical_resource_id="Thing", resource_type="AWS::Test::Thing", physical_resource_id="thing-1"
        )
        stack = Stack(name="shop", id=arn_of("shop"), resources={"Thing": thing})
        stack.template = read_template(
            {
                "Parameters": {"A": {"Type": "CommaDelimitedList", "Default": node}, "B": node},
                "Mappings": {"A": node},
                "Conditions": {"A": node, "B": {"Fn::Not": [{"Condition": "A"}]}},
                "Resources": {"Thing": {"Type": "AWS::Test::Thing", "Condition": "A", "Properties": {"P": node}}},
                "Outputs": {"A": {"Value": node, "Export": {"Name": node}}},
            },
            "shop.json",
        )
        names = World(Stacks()).names(stack)
        found = Resolver(names).properties({"P": node})
        assert set(found) <= {"P"}
        assert json.loads(json.dumps(found)) == found
