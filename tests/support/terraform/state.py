"""The state file that Terraform would have left, written from what the API says now.

Attribute names, shapes and the values that Terraform fills in are those of the AWS provider's schema. Nothing here
knows the product's own tables: a mistake in them cannot repeat itself here.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tests.support.terraform import buckets, compute, identities, network, services
from tests.support.terraform.shapes import Attributes, Client, Describe

#: Terraform's type and name, and the id that Terraform keeps.
Resource = tuple[str, str, str]

_PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def write_state(file: Path, client: Client, resources: Iterable[Resource]) -> None:
    """Writes a state of format version 4 with these resources, as they are now."""
    write_attributes(file, ((kind, name, attributes_of(client, kind, identity)) for kind, name, identity in resources))


def write_attributes(file: Path, resources: Iterable[tuple[str, str, Attributes]]) -> None:
    """Writes a state of format version 4 with these resources: type, name and attributes of each."""
    state = {
        "version": 4,
        "terraform_version": "1.9.8",
        "serial": 12,
        "lineage": "3c1f2d52-7a1c-4d54-9a53-0f8e7d1c2b3a",
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider": _PROVIDER,
                "instances": [
                    {
                        "schema_version": 0,
                        "attributes": attributes,
                        "sensitive_attributes": _SENSITIVE.get(kind, []),
                    }
                ],
            }
            for kind, name, attributes in resources
        ],
        "check_results": None,
    }
    file.write_text(json.dumps(state, indent=2, default=str))


def attributes_of(client: Client, kind: str, identity: str) -> Attributes:
    """What Terraform keeps about one resource."""
    return DESCRIBE[kind](client, identity)


DESCRIBE: dict[str, Describe] = {
    **network.DESCRIBE,
    **compute.DESCRIBE,
    **buckets.DESCRIBE,
    **identities.DESCRIBE,
    **services.DESCRIBE,
}

_SENSITIVE = {"aws_db_instance": [[{"type": "get_attr", "value": "password"}]]}
