"""The live estate: what is declared, as the stories left it, and what AWS and people added."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from driftguard_tui.demo.company import ACCOUNTS, DUBLIN, SSO_ROLES, Account, Home
from driftguard_tui.demo.estate import Company, Where
from driftguard_tui.demo.estate.networks import default_group, main_table
from driftguard_tui.demo.stories import Altered, Gone, Story, Stray
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.things.compute import AutoScalingGroup
from driftguard_tui.demo.things.identity import Role, trust
from driftguard_tui.demo.things.keeping import Key, key_policy

_SERVICE_LINKED = {
    "AWSServiceRoleForAutoScaling": "autoscaling.amazonaws.com",
    "AWSServiceRoleForRDS": "rds.amazonaws.com",
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable": "dynamodb.application-autoscaling.amazonaws.com",
    "AWSServiceRoleForElasticLoadBalancing": "elasticloadbalancing.amazonaws.com",
    "AWSServiceRoleForConfig": "config.amazonaws.com",
    "AWSServiceRoleForSSO": "sso.amazonaws.com",
}


def build_live(company: Company, stories: Sequence[Story]) -> list[Recorded]:
    """Everything that AWS would answer, in a stable order."""
    things: dict[Where, Recorded] = {
        where: placed.thing for where, placed in company.estate if isinstance(placed.thing, Recorded)
    }
    strays: list[Recorded] = []
    for story in stories:
        match story.effect:
            case Altered(where, change, at):
                things[where] = replace(change(things[where]), touched=at)
            case Gone(where):
                del things[where]
            case Stray(thing):
                strays.append(thing)
    launched = [
        instance for thing in things.values() if isinstance(thing, AutoScalingGroup) for instance in thing.launched()
    ]
    return [*things.values(), *launched, *strays, *_made_by_aws(company)]


def _made_by_aws(company: Company) -> Iterator[Recorded]:
    for home, network in company.networks.items():
        yield default_group(home, network.vpc)
        yield main_table(home, network.vpc)
        for service in ("rds", "ebs", "s3"):
            yield Key(
                home=home,
                name=f"aws/{service}",
                policy=key_policy(home.account.number),
                description=f"Default key that protects my {service.upper()} data when no other key is defined",
                manager="AWS",
                live_tags={},
            )
    for account in ACCOUNTS:
        yield from _roles_of(account)


def _roles_of(account: Account) -> Iterator[Recorded]:
    home = Home(account, DUBLIN)
    for name, service in _SERVICE_LINKED.items():
        policy = f"arn:aws:iam::aws:policy/aws-service-role/{name.removeprefix('AWSServiceRoleFor')}Policy"
        path = f"/aws-service-role/{service}/"
        yield Role(home=home, name=name, path=path, trust=trust(service), attached=(policy,), live_tags={})
    federation = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{account.number}:saml-provider/AWSSSO_DO_NOT_DELETE"},
                "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ],
    }
    for name in SSO_ROLES.values():
        yield Role(
            home=home,
            name=name,
            path="/aws-reserved/sso.amazonaws.com/",
            trust=federation,
            session_seconds=28_800,
            attached=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
            live_tags={},
        )
