"""Reading live what no table of calls covers: through Cloud Control, and out of AWS Config."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.collectors.actual.aws import Settings, Source
from engine.collectors.base import Context, Declarations
from engine.model import Coverage, Declared, Language, Observed, ResourceRef
from tests.support.aws_estate import ACCOUNT, REGION
from tests.support.aws_gate import Gate, Refusal, ServiceError, open_gate
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures

LIVE = f"{ACCOUNT}/{REGION}"
SLO = "AWS::ApplicationSignals::ServiceLevelObjective"
METHOD = "AWS::ApiGateway::Method"
ANALYZER = "AWS::AccessAnalyzer::Analyzer"


@pytest.fixture
def gate(moto_endpoint: str) -> Iterator[Gate]:  # noqa: F811
    with open_gate(moto_endpoint) as gate:
        yield gate


@pytest.fixture
def control(gate: Gate) -> dict[tuple[str, str], Any]:
    """What Cloud Control knows: properties, or the error code that it answers with, by type and identifier."""
    known: dict[tuple[str, str], Any] = {}

    def get(request: dict[str, Any]) -> dict[str, Any]:
        found = known.get((request["TypeName"], request["Identifier"]), "ResourceNotFoundException")
        if isinstance(found, str):
            raise ServiceError(found)
        return {"TypeName": request["TypeName"], "ResourceDescription": described(request["Identifier"], found)}

    def list_all(request: dict[str, Any]) -> dict[str, Any]:
        names = sorted(name for native, name in known if native == request["TypeName"])
        if not names:
            raise ServiceError("UnsupportedActionException")
        start = int(request.get("NextToken") or 0)
        more = {"NextToken": str(start + 1)} if start + 1 < len(names) else {}
        return {"TypeName": request["TypeName"], "ResourceDescriptions": [described(names[start], {})], **more}

    gate.served |= {"CloudApiService.GetResource": get, "CloudApiService.ListResources": list_all}
    return known


def described(identifier: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Identifier": identifier, "Properties": json.dumps(properties)}


def stack_resource(native: str, physical_id: str, scope: str = LIVE, **properties: Any) -> Declared:
    ref = ResourceRef("aws", native, physical_id, scope, f"shop/{physical_id}")
    return Declared(ref, properties, "stack", language=Language.CLOUDFORMATION)


def terraform_resource(kind: str, **attributes: Any) -> Declared:
    return Declared(ResourceRef("aws", kind, attributes["id"], LIVE, f"{kind}.it"), attributes, "state")


def read(gate: Gate, *declared: Declared, **settings: Any) -> tuple[list[Observed], list[Coverage], Context]:
    """What comes of three types that no table of calls reads."""
    declarations = Declarations(1)
    declarations.finished(declared)
    context = Context(declarations=declarations)
    chosen = {"name": "prod", "kind": "aws", "regions": [REGION], "endpoint_url": gate.url, **settings}
    found = list(Source(Settings(**chosen, types=[SLO, METHOD, ANALYZER])).collect(context))
    coverage = [item for item in found if isinstance(item, Coverage)]
    return [item for item in found if isinstance(item, Observed)], coverage, context


def test_what_a_stack_made_is_asked_for_by_its_physical_id(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[SLO, "arn:slo"] = {"Arn": "arn:slo", "Name": "latency"}
    [live], coverage, _ = read(gate, stack_resource(SLO, "arn:slo", Name="latency"))
    assert (live.native, live.scope, live.parts["CloudControl"]["Name"]) == (SLO, LIVE, "latency")
    assert "arn:slo" in live.keys
    assert [item.scope for item in coverage] == [LIVE]


def test_a_compound_identifier_is_put_together_of_properties(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[METHOD, "api-1|res-1|GET"] = {"RestApiId": "api-1", "ResourceId": "res-1", "HttpMethod": "GET"}
    wanted = stack_resource(METHOD, "shop-method", RestApiId="api-1", ResourceId="res-1", HttpMethod="GET")
    [live], _, _ = read(gate, wanted)
    assert live.parts["CloudControlId"] == "api-1|res-1|GET"


def test_what_is_not_there_is_covered_so_that_it_is_missing(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    live, coverage, context = read(gate, stack_resource(SLO, "arn:gone"))
    assert (live, [(item.native, item.scope) for item in coverage]) == ([], [(SLO, LIVE)])
    assert not any(SLO in problem for problem in context.problems)


@pytest.mark.parametrize("code", ["UnsupportedActionException", "TypeNotFoundException", "InvalidRequestException"])
def test_a_type_that_cannot_be_asked_for_is_not_covered(
    gate: Gate, control: dict[tuple[str, str], Any], code: str
) -> None:
    control[SLO, "arn:slo"] = code
    live, coverage, context = read(gate, stack_resource(SLO, "arn:slo"))
    assert (live, coverage) == ([], [])
    assert not any(SLO in problem for problem in context.problems)


def test_a_refusal_names_the_permission_and_covers_nothing(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[SLO, "arn:slo"] = "AccessDeniedException"
    _, coverage, context = read(gate, stack_resource(SLO, "arn:slo"))
    assert coverage == []
    assert any("grant cloudformation:GetResource" in problem for problem in context.problems)


def test_throttling_only_takes_longer(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[SLO, "arn:slo"] = {"Arn": "arn:slo"}
    gate.refusals.append(Refusal("cloudcontrolapi", "GetResource", "ThrottlingException", times=2))
    [live], coverage, _ = read(gate, stack_resource(SLO, "arn:slo"))
    assert live.parts["CloudControl"] == {"Arn": "arn:slo"}
    assert len(coverage) == 1


def test_other_accounts_and_regions_are_not_asked_for(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    elsewhere = [
        stack_resource(SLO, "arn:a", "999999999999/eu-west-1"),
        stack_resource(SLO, "arn:b", f"{ACCOUNT}/us-east-1"),
    ]
    assert read(gate, *elsewhere)[:2] == ([], [])
    assert not [asked for _, asked in gate.requests if asked.startswith("CloudApiService")]


def test_terraform_types_without_a_read_are_asked_for_too(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[ANALYZER, "arn:analyzer"] = {"Arn": "arn:analyzer", "AnalyzerName": "org", "Type": "ACCOUNT"}
    wanted = terraform_resource("aws_accessanalyzer_analyzer", id="org", arn="arn:analyzer", type="ACCOUNT")
    [live], _, _ = read(gate, wanted)
    assert (live.native, live.parts["CloudControl"]["Type"]) == (ANALYZER, "ACCOUNT")
    gone = terraform_resource("aws_accessanalyzer_analyzer", id="old", arn="arn:old")
    _, coverage, _ = read(gate, gone)
    assert coverage == [], "the identifier may be one that Cloud Control does not use: nothing can be called missing"


def test_types_can_be_listed_to_the_last_page(gate: Gate, control: dict[tuple[str, str], Any]) -> None:
    control[SLO, "arn:1"], control[SLO, "arn:2"] = {"Name": "one"}, {"Name": "two"}
    live, coverage, _ = read(gate, cloud_control=[SLO])
    assert [item.parts["CloudControl"]["Name"] for item in live] == ["one", "two"]
    assert [(item.native, item.scope) for item in coverage] == [(SLO, LIVE)]


ITEM = {
    "accountId": ACCOUNT, "awsRegion": REGION, "resourceType": "AWS::EC2::VPC", "resourceId": "vpc-1", "tags": [],
    "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-1", "configurationItemStatus": "OK",
    "configurationItemCaptureTime": "2026-11-20T10:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "operation"),
    [
        ({"config_query": True}, "SelectResourceConfig"),
        ({"config_aggregator": "org"}, "SelectAggregateResourceConfig"),
    ],
)
def test_config_is_asked_page_by_page(gate: Gate, settings: dict[str, Any], operation: str) -> None:
    def select(request: dict[str, Any]) -> dict[str, Any]:
        assert request.get("ConfigurationAggregatorName") == settings.get("config_aggregator")
        if not request.get("NextToken"):
            return {"Results": [json.dumps({**ITEM, "configuration": {"cidrBlock": "10.0.0.0/16"}})], "NextToken": "2"}
        return {"Results": [json.dumps({**ITEM, "resourceId": "vpc-2", "configuration": {"cidrBlock": "10.1.0.0/16"}})]}

    gate.served[f"StarlingDoveService.{operation}"] = select
    context = Context()
    source = Source(
        Settings(name="prod", kind="aws", regions=[REGION], endpoint_url=gate.url, types=["AWS::EC2::VPC"], **settings)
    )
    found = [item for item in source.collect(context) if isinstance(item, Observed) and "ConfigItem" in item.parts]
    assert [item.parts["ConfigItem"]["resourceId"] for item in found] == ["vpc-1", "vpc-2"]


def test_a_config_query_that_is_refused_names_the_permission(gate: Gate) -> None:
    gate.refusals.append(Refusal("config", "SelectResourceConfig", "AccessDeniedException"))
    context = Context()
    source = Source(
        Settings(
            name="prod", kind="aws", regions=[REGION], endpoint_url=gate.url, types=["AWS::EC2::VPC"], config_query=True
        )
    )
    assert list(source.collect(context))
    assert any("grant config:SelectResourceConfig" in problem for problem in context.problems)
