"""The repository: real git, a believable past, and code that agrees with the state."""

import re
from collections import Counter
from pathlib import Path

import pytest
from dulwich.objects import Commit, Tree
from dulwich.repo import Repo

from driftguard_tui.demo.company import INES
from driftguard_tui.demo.estate import build_company
from driftguard_tui.demo.history.timeline import commits_of
from driftguard_tui.demo.kit import when
from driftguard_tui.demo.stories import Edit, PullRequest, tell_stories

COMPANY = build_company()


@pytest.fixture
def repository(bundle: Path):  # type: ignore[no-untyped-def]
    with Repo(str(bundle / "repos" / "infrastructure.git")) as repo:
        yield repo


def commits(repo: Repo) -> list[Commit]:
    return [entry.commit for entry in repo.get_walker()]


def files_at(repo: Repo, commit: Commit) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(tree: Tree, prefix: str) -> None:
        for entry in tree.items():
            inner = repo[entry.sha]
            path = f"{prefix}{entry.path.decode()}"
            if isinstance(inner, Tree):
                walk(inner, f"{path}/")
            else:
                found[path] = inner.data.decode()

    walk(repo[commit.tree], "")
    return found


def test_it_is_a_bare_repository_whose_objects_are_whole(repository: Repo) -> None:
    assert repository.bare
    for commit in commits(repository):
        commit.check()
        assert files_at(repository, commit)


def test_the_past_is_believable(repository: Repo) -> None:
    history = commits(repository)
    assert len(history) > 40
    assert sum(len(commit.parents) == 2 for commit in history) > 20
    subjects = [commit.message.decode().splitlines()[0] for commit in history]
    assert any(subject.startswith("Revert ") for subject in subjects)
    assert any(subject.startswith("hotfix") for subject in subjects)
    authors = Counter(commit.author.decode().partition(" <")[0] for commit in history)
    assert "renovate[bot]" in authors
    assert len(authors) > 8


def test_commits_are_never_older_than_their_parents(repository: Repo) -> None:
    for commit in commits(repository):
        for parent in commit.parents:
            assert repository[parent].commit_time <= commit.commit_time


def test_every_block_of_the_state_stands_in_the_code(repository: Repo) -> None:
    files = files_at(repository, repository[repository.head()])
    for stack in COMPANY.estate.stacks:
        code = "".join(text for path, text in files.items() if path.startswith(f"{stack.folder}/"))
        for placed in stack.placed:
            if placed.module:
                name = placed.module.removeprefix("module.")
                assert f'module "{name}" {{' in code
                source = re.search(rf'module "{name}" {{\n  source = "../../../(.*?)"', code)
                assert source, name
                module = "".join(text for path, text in files.items() if path.startswith(f"{source[1]}/"))
                assert f'resource "{placed.type}" "{placed.name}" {{' in module, placed.address
            else:
                assert f'resource "{placed.type}" "{placed.name}" {{' in code, placed.address


def test_changes_that_did_not_arrive_are_in_the_code(repository: Repo) -> None:
    files = files_at(repository, repository[repository.head()])
    assert re.search(r'module "tracking" \{.*?max_size +\= 32\n', files["live/prod/services/main.tf"], re.DOTALL)
    assert 'resource "aws_sqs_queue" "returns_jobs"' in files["live/prod/functions/queues.tf"]
    assert "backup_retention_period      = 35" in files["live/prod/data/databases.tf"]


def test_no_secret_is_in_the_code(repository: Repo) -> None:
    secrets = [
        str(placed.thing.attributes()["password"]) for _, placed in COMPANY.estate if placed.type == "aws_db_instance"
    ]
    for commit in commits(repository):
        text = "".join(files_at(repository, commit).values())
        assert not [secret for secret in secrets if secret in text]
        assert "whk_" not in text


def test_every_pull_request_of_the_stories_is_merged(repository: Repo) -> None:
    merges = {commit.message.decode(): commit for commit in commits(repository) if len(commit.parents) == 2}
    for story in tell_stories(COMPANY):
        for change in story.pull_requests:
            [merge] = [
                commit for text, commit in merges.items() if text.startswith(f"Merge pull request #{change.number} ")
            ]
            assert merge.commit_time == int(change.merged.timestamp())


def test_code_is_formatted_like_terraform_formats_it(repository: Repo) -> None:
    for path, text in files_at(repository, repository[repository.head()]).items():
        if path.endswith(".tf"):
            assert "\n\n\n" not in text, path
            assert not re.search(r"[ \t]\n", text), path
            assert text.endswith("}\n"), path
            assert text.count("{") == text.count("}"), path


def test_an_edit_that_does_not_fit_is_refused() -> None:
    change = PullRequest(
        1, INES, when("2026-01-01 09:00:00"), when("2026-01-01 10:00:00"), "No such thing",
        edits=(Edit("live/x.tf", 'resource "a" "b"', "size", "1", "2"),),
    )  # fmt: skip
    with pytest.raises(ValueError, match="no size = 2 in resource"):
        commits_of({"live/x.tf": 'resource "a" "b" {\n  size = 3\n}\n'}, [change])
