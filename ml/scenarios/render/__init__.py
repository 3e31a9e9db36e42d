"""Telling a scenario as a bundle: one file for each wire format."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ml.scenarios.render import (
    aws,
    azure,
    cloudtrail,
    google,
    kubernetes,
    kubernetes_audit,
    prometheus,
    terraform,
    tickets,
)
from ml.scenarios.render.repository import write_repository

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

#: A path in the bundle with what stands there.
File = tuple[str, bytes]
_WRITERS: tuple[Callable[["Scenario"], Iterator[File]], ...] = (
    terraform.files,
    aws.files,
    cloudtrail.files,
    google.files,
    azure.files,
    kubernetes.files,
    kubernetes_audit.files,
    tickets.files,
    prometheus.files,
)


def write_bundle(scenario: "Scenario", folder: Path) -> None:
    """Writes every file of the bundle below the folder."""
    for writer in _WRITERS:
        for path, content in writer(scenario):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    if "repos" not in scenario.withheld:
        write_repository(scenario, folder / "repos" / f"infrastructure-{scenario.organisation.short}.git")
