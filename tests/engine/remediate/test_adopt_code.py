"""Adopting what is live into committed code: a new branch, and nothing of the user's touched."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dulwich import porcelain
from dulwich.object_store import tree_lookup_path
from dulwich.repo import Repo
from msgspec import structs

from engine.collectors.declared.terraform_settings import CodeSettings
from engine.errors import RemedyError
from engine.model import Action, Against, Change, DriftKind, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from engine.remediate.journal import Progress
from tests.support.remedies import commit_all, interrupt, terraform_folder

needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="needs the terraform binary")

CODE = """# The front.
resource "terraform_data" "front" {
  input = "declared" # for now
}

resource "terraform_data" "back" {
  input = "back"
}
"""
BRANCH = "driftguard/adopt-d1"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the code of an estate in one of its folders, and work under way in another file."""
    root = tmp_path / "repo"
    (root / "infra").mkdir(parents=True)
    (root / "infra" / "main.tf").write_text(CODE)
    (root / "README.md").write_text("Shop\n")
    commit_all(root)
    (root / "README.md").write_text("Shop, being written\n")
    return root


def remedy(repository: Path, *changes: Change, address: str = "terraform_data.front") -> Remedy:
    ref = ResourceRef(provider="terraform", type="terraform_data", id="x", address=address)
    plan = Plan(
        drift_id="d1",
        resource=ref,
        kind=DriftKind.MODIFIED,
        changes=changes or (Change("input", "declared", "by hand"),),
        recommendation_id="r1",
        action=Action.ADOPT,
        title="Adopt what ana did",
    )
    base = repository.parent
    source = CodeSettings(name="code", kind="terraform_code", path="repo/infra", base=base)
    return remedy_for(plan, Workplace(sources=(source,), base=base, folder=base / "kept" / "r1"))


def on_branch(repository: Path, path: str, branch: str = BRANCH) -> str:
    repo: Any = Repo(str(repository))
    commit = repo[repo.refs[f"refs/heads/{branch}".encode()]]
    _, sha = tree_lookup_path(repo.__getitem__, commit.tree, path.encode())
    return str(repo[sha].data.decode())


def state_of(repository: Path) -> tuple[object, ...]:
    """What is the user's: files, index, branches, where they are."""
    repo: Any = Repo(str(repository))
    files = {file: file.read_bytes() for file in sorted(repository.rglob("*.*")) if ".git" not in file.parts}
    refs = {name: sha for name, sha in repo.get_refs().items() if b"driftguard" not in bytes(name)}
    return files, Path(repo.index_path()).read_bytes(), refs, repo.refs.get_symrefs()


def test_a_new_branch_has_the_change_and_nothing_else_is_touched(repository: Path) -> None:
    before = state_of(repository)
    one = remedy(repository)
    prepared = one.prepare()
    assert prepared.summary == f"Adopt 1 live value of terraform_data.front, on the new branch {BRANCH}"
    assert '-  input = "declared" # for now\n+  input = "by hand" # for now' in prepared.shown
    assert f"refs/heads/{BRANCH}".encode() not in Repo(str(repository)).get_refs()

    outcome = one.execute(prepared, print)
    assert outcome.done
    assert outcome.left == (f"review, push and merge {BRANCH}: the drift is there until that is done",)
    assert on_branch(repository, "infra/main.tf") == CODE.replace('"declared"', '"by hand"')
    assert on_branch(repository, "README.md") == "Shop\n"
    assert state_of(repository) == before


def test_the_commit_says_what_and_why_and_follows_the_current_one(repository: Path) -> None:
    one = remedy(repository)
    one.execute(one.prepare(), print)
    repo: Any = Repo(str(repository))
    commit = repo[repo.refs[f"refs/heads/{BRANCH}".encode()]]
    assert commit.message.decode() == "Adopt 1 live value of terraform_data.front\n\nAdopt what ana did\n"
    assert commit.parents == [repo.head()]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs the git program")
def test_git_itself_finds_nothing_wrong(repository: Path) -> None:
    one = remedy(repository)
    one.execute(one.prepare(), print)

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True, text=True).stdout

    assert git("fsck", "--strict") == ""
    assert git("diff", "--numstat", "HEAD", BRANCH) == "1\t1\tinfra/main.tf\n"
    assert git("status", "--porcelain") == " M README.md\n"


@needs_terraform
def test_terraform_says_whether_anything_is_left(repository: Path) -> None:
    shutil.rmtree(repository / "infra")
    terraform_folder(repository / "infra", CODE)
    state = repository / "infra" / "terraform.tfstate"
    state.write_text(state.read_text().replace('"value": "declared"', '"value": "by hand"'))
    prepared = remedy(repository).prepare()
    assert "terraform validate: the code is valid." in prepared.shown
    assert "terraform plan: nothing is left to change." in prepared.shown
    assert sorted(file.name for file in (repository.parent / "kept" / "r1").iterdir()) == ["change.json", "world.key"]


@needs_terraform
def test_live_things_that_moved_since_are_seen(repository: Path) -> None:
    shutil.rmtree(repository / "infra")
    terraform_folder(repository / "infra", CODE)
    state = repository / "infra" / "terraform.tfstate"
    made = state.read_text()
    state.write_text(made.replace('"value": "declared"', '"value": "by hand"'))
    one = remedy(repository)
    prepared = one.prepare()
    state.write_text(made.replace('"value": "declared"', '"value": "by another hand"'))
    with pytest.raises(RemedyError, match="has changed since this was prepared"):
        one.execute(prepared, print)


def test_code_of_a_module_is_changed_where_it_lies(repository: Path) -> None:
    (repository / "infra" / "main.tf").write_text('module "web" {\n  source = "./modules/web"\n}\n')
    (repository / "infra" / "modules" / "web").mkdir(parents=True)
    (repository / "infra" / "modules" / "web" / "web.tf").write_text(CODE)
    commit_all(repository)
    one = remedy(repository, address="module.web.terraform_data.front")
    prepared = one.prepare()
    assert "for every use of its module" in prepared.summary
    if shutil.which("terraform") is not None:
        assert f"Not verified: run `terraform init` in {repository / 'infra'} for that." in prepared.shown
    one.execute(prepared, print)
    assert on_branch(repository, "infra/modules/web/web.tf") == CODE.replace('"declared"', '"by hand"')


def test_code_that_was_committed_since_is_seen(repository: Path) -> None:
    one = remedy(repository)
    prepared = one.prepare()
    (repository / "infra" / "main.tf").write_text(f"# more\n{CODE}")
    commit_all(repository)
    with pytest.raises(RemedyError, match="has changed since this was prepared"):
        one.execute(prepared, print)


def test_a_commit_elsewhere_is_no_change(repository: Path) -> None:
    one = remedy(repository)
    prepared = one.prepare()
    commit_all(repository)
    assert one.execute(prepared, print).done
    assert on_branch(repository, "README.md") == "Shop, being written\n"


def test_what_is_against_the_baseline_is_not_written_into_code(repository: Path) -> None:
    changes = (Change("input", "declared", "by hand"), Change("other", 1, 2, Against.BASELINE))
    assert "Adopt 1 live value" in remedy(repository, *changes).prepare().summary


def test_a_branch_that_is_taken_is_not_moved(repository: Path) -> None:
    first = remedy(repository)
    first.execute(first.prepare(), print)
    shutil.rmtree(repository.parent / "kept")
    assert f"{BRANCH}-2" in remedy(repository).prepare().summary


def test_what_was_interrupted_is_looked_at_and_not_done_again(repository: Path) -> None:
    one = remedy(repository)
    prepared = one.prepare()
    interrupt(repository.parent / "kept" / "r1", prepared)
    assert not one.execute(prepared, print).done
    porcelain.branch_create(str(repository), BRANCH)
    assert one.execute(prepared, print).done


def test_a_folder_without_git_is_told(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    with pytest.raises(RemedyError, match="is in no git repository"):
        remedy(repository).prepare()


def test_code_that_is_not_committed_is_told(repository: Path) -> None:
    (repository / "infra" / "main.tf").rename(repository / "infra" / "new.tf")
    with pytest.raises(RemedyError, match=r"new\.tf: is not committed"):
        remedy(repository).prepare()


def test_what_cannot_be_adopted_is_told(repository: Path) -> None:
    with pytest.raises(RemedyError, match="says something else than what was compared"):
        remedy(repository, Change("input", "else", "by hand")).prepare()


def test_what_is_missing_cannot_be_adopted(repository: Path) -> None:
    plan = Plan(
        drift_id="d1",
        resource=ResourceRef("terraform", "terraform_data", "x", address="terraform_data.front"),
        kind=DriftKind.MISSING,
        recommendation_id="r1",
        action=Action.ADOPT,
        title="",
    )
    place = Workplace(sources=(), base=repository, folder=repository)
    with pytest.raises(RemedyError, match=r"no tool carries out adopt for terraform_data\.front"):
        remedy_for(plan, place)
    assert remedy_for(structs.replace(plan, kind=DriftKind.MODIFIED), place).progress is Progress.PREPARED
