"""A few resources of two accounts and a cluster as a scan records them, three of which drifted."""

from msgspec import structs

from engine.model import DriftKind, Level, Report, ResourceRef, ResourceState
from engine.store import Stores
from tests.support.samples import make_drift, make_report

ACCOUNT = "111122223333"
EUROPE = f"{ACCOUNT}/eu-west-1"

SHOP = 'module.shop["a.b"].aws_instance.web[0]'
GROUP = ResourceRef("aws", "aws_security_group", "sg-1", EUROPE, "aws_security_group.front", "front")
WEB = ResourceRef("aws", "aws_instance", "i-1", EUROPE, SHOP, "web")
ROLE = ResourceRef("aws", "aws_iam_role", "deployer", ACCOUNT, "aws_iam_role.deployer", "deployer")
STACK = ResourceRef("aws", "AWS::SQS::Queue", "orders", EUROPE, "shop/Orders", "orders")
POD = ResourceRef("kubernetes", "v1/Service", "/Service/web/front", "", "", "front")
STRAY = ResourceRef("aws", "aws_instance", "i-9", EUROPE, "", "stray")


def declared(ref: ResourceRef, **attributes: object) -> ResourceState:
    return ResourceState("declared", ref, attributes, "states")


def live(ref: ResourceRef, scope: str = "", **attributes: object) -> ResourceState:
    return ResourceState("actual", structs.replace(ref, scope=scope or ref.scope, address=""), attributes, "account")


def recorded(stores: Stores, *extra: ResourceState) -> Report:
    """Records a scan of them, and more states with it, if given."""
    drifts = [
        make_drift("open", resource=GROUP),
        make_drift("gone", resource=WEB, kind=DriftKind.MISSING, level=Level.HIGH, score=70),
        make_drift("stray", resource=STRAY, kind=DriftKind.UNMANAGED, level=Level.LOW, score=9),
    ]
    report = make_report("s1", 0, *drifts)
    states = [
        *map(declared, (GROUP, WEB, ROLE, STACK, POD)),
        live(GROUP), live(ROLE, f"{ACCOUNT}/global"), live(STACK), live(POD, "prod-cluster"), live(STRAY),
    ]  # fmt: skip
    stores.record_scan(report, [*states, *extra])
    return report
