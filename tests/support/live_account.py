"""An account in which Terraform made two of each type, and what is told before and after somebody touched it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.providers import load_knowledge
from tests.support.aws_estate import clients
from tests.support.command import driftguard
from tests.support.report_schema import validate_report
from tests.support.terraform.case import Case, Made
from tests.support.terraform.shapes import REGION, Attributes, Client
from tests.support.terraform.state import write_attributes

#: Of each type: one that is changed, one that is deleted, and one that nobody declares.
CHANGED, DELETED, STRAY = "orders", "returns", "shadow"

_CONFIGURATION = """
[estate]
name = "shop-prod"

[[source]]
name = "state"
kind = "terraform_state"
path = "terraform.tfstate"

[[source]]
name = "prod"
kind = "aws"
regions = ["{region}"]
endpoint_url = "{endpoint}"
types = {types}
"""


def configure(folder: Path, endpoint: str, types: Iterable[str]) -> Path:
    """Writes a configuration that holds `terraform.tfstate` against the account, and reads what these types need.

    Reading the rest would only take time, and the fake lacks some of it.
    """
    known = load_knowledge().types
    natives = sorted({known[type_].native for type_ in types})
    file = folder / "driftguard.toml"
    file.write_text(_CONFIGURATION.format(region=REGION, endpoint=endpoint, types=json.dumps(natives)))
    return file


class LiveAccount:
    """The account with resources of these types. `made` tells the state of each, by name and type."""

    def __init__(self, endpoint: str, folder: Path, cases: Iterable[Case]) -> None:
        self._client: Client = clients(endpoint)
        self._cases = list(cases)
        self.made: dict[str, Made] = {CHANGED: {}, DELETED: {}, STRAY: {}}
        self._make(CHANGED)
        self._make(DELETED)
        write_attributes(
            folder / "terraform.tfstate",
            [(kind, name, state) for name, made in self.made.items() for kind, state in made.items()],
        )
        self._configuration = configure(folder, endpoint, (case.type for case in self._cases))

    def touch(self) -> None:
        """Changes one resource of each type, deletes another, and makes one that nobody declared."""
        for case in self._cases:
            for act, _ in case.changes:
                act(self._client, self.made[CHANGED][case.type])
        for case in reversed(self._cases):
            if case.delete and not case.single:
                case.delete(self._client, self.made[DELETED][case.type])
        self._make(STRAY)

    def scan(self) -> dict[str, Any]:
        """The report of a scan of the state against the account."""
        result = driftguard("scan", "--no-record", "--config", self._configuration, "--format", "json")
        report = validate_report(result.out)
        assert [source["status"] for source in report["scan"]["sources"]] == ["ok", "ok"], result.err
        return report

    def _make(self, name: str) -> None:
        made: dict[str, Attributes] = self.made[name]
        for case in self._cases:
            if name == CHANGED or not case.single:
                made[case.type] = case.make(self._client, name, made)
