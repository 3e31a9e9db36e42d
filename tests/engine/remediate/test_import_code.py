"""Bringing what nobody declares under the code, with the real program and its built-in provider."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from dulwich.repo import Repo

from engine.collectors.declared.terraform_settings import CodeSettings
from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from engine.remediate.import_code import holds_secret
from tests.support.remedies import commit_all, terraform_folder

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary")

CODE = 'resource "terraform_data" "front" {\n  input = "declared"\n}\n'
WRITTEN = """import {
  to = terraform_data.stray
  id = "stray-1"
}

resource "terraform_data" "stray" {
  input            = null
  triggers_replace = null
}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    terraform_folder(root / "infra", CODE)
    (root / ".gitignore").write_text("*.tfstate\n")
    commit_all(root)
    return root


def remedy(repository: Path, ref: ResourceRef | None = None) -> Remedy:
    plan = Plan(
        drift_id="d1",
        resource=ref or ResourceRef("terraform", "terraform_data", "stray-1", name="stray"),
        kind=DriftKind.UNMANAGED,
        recommendation_id="r1",
        action=Action.IMPORT,
        title="Bring it under the code",
    )
    base = repository.parent
    source = CodeSettings(name="code", kind="terraform_code", path="repo", base=base)
    return remedy_for(plan, Workplace(sources=(source,), base=base, folder=base / "kept" / "r1"))


def test_a_file_with_both_blocks_is_put_on_a_branch(repository: Path) -> None:
    one = remedy(repository)
    prepared = one.prepare()
    assert prepared.summary == "Import stray as terraform_data.stray, on the new branch driftguard/import-d1"
    assert "".join(f"+{line}\n" for line in WRITTEN.splitlines()) in f"{prepared.shown}\n"
    assert "terraform plan: nothing is left to change." in prepared.shown
    assert not list(repository.rglob("import_*"))

    assert one.execute(prepared, print).done
    repo: Any = Repo(str(repository))
    tree = repo[repo[repo[repo.refs[b"refs/heads/driftguard/import-d1"]].tree][b"infra"][1]]
    assert repo[tree[b"import_terraform_data_stray.tf"][1]].data.decode() == WRITTEN
    assert not list(repository.rglob("import_*"))


def test_an_address_that_is_taken_is_left_to_people(repository: Path) -> None:
    ref = ResourceRef("terraform", "terraform_data", "x", name="front")
    with pytest.raises(RemedyError, match=r"declares terraform_data\.front already"):
        remedy(repository, ref).prepare()


def test_a_resource_of_another_provider_belongs_nowhere(repository: Path) -> None:
    ref = ResourceRef("aws", "aws_sqs_queue", "orders", name="orders")
    with pytest.raises(RemedyError, match="no Terraform code of this estate declares resources of aws"):
        remedy(repository, ref).prepare()


def test_where_it_belongs_is_not_guessed(repository: Path) -> None:
    shutil.copytree(repository / "infra", repository / "other")
    with pytest.raises(RemedyError, match="2 roots of this estate declare resources of terraform"):
        remedy(repository).prepare()


@pytest.mark.parametrize(
    ("line", "is_secret"),
    [
        ("  password = null # sensitive", False),
        ('  username = "shop"', False),
        ('  password = "hunter2hunter2"', True),
        ('    DB_PASSWORD = "hunter2hunter2"', True),
        ('    note = "postgres://shop:hunter2@db/shop"', True),
    ],
)
def test_what_holds_a_secret_is_not_written_into_code(line: str, is_secret: bool) -> None:
    assert holds_secret(f'resource "aws_db_instance" "main" {{\n{line}\n}}') is is_secret
