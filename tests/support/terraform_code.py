"""Terraform code as tests write it, read and settled with states."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.declared import terraform_code
from engine.model import Basis, Declared, Language, ResourceRef


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files below a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def read(folder: Path, context: Context | None = None, **settings: Any) -> dict[str, Declared]:
    """What the code under a folder declares, by address."""
    own = terraform_code.Settings(name="code", kind="terraform_code", path=".", base=folder, **settings)
    return {item.ref.address: item for item in terraform_code.Source(own).collect(context or Context())}


def state(address: str, origin: str = "terraform.tfstate", **attributes: Any) -> Declared:
    """A resource as a state has it."""
    kind = address.rsplit(".", 1)[0].rpartition(".")[2]
    attributes.setdefault("id", attributes.get("bucket") or attributes.get("name") or address)
    ref = ResourceRef("aws", kind, attributes["id"], "123456789012/eu-west-1", address)
    return Declared(ref=ref, attributes=attributes, source="states", origin=origin)


def code(address: str, **attributes: Any) -> Declared:
    """A resource as code has it, in a root that has no more to say."""
    from engine.model import Written

    kind = address.split("[")[0].rsplit(".", 1)[0].rpartition(".")[2]
    return Declared(
        ref=ResourceRef("aws", kind, "", address=address),
        attributes=attributes,
        source="code",
        basis=Basis.CODE,
        language=Language.TERRAFORM,
        written=Written(root="."),
    )
