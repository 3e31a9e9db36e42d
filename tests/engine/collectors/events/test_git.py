"""Git history as events: what each commit changed in the code, and when it landed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.git import Settings, Source
from engine.errors import SourceError
from engine.model import ActorKind, Event, EventKind
from tests.support.git_history import BEN, JANA, History

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)

QUEUE = 'resource "aws_sqs_queue" "jobs" {{\n  name = "jobs"\n  visibility_timeout_seconds = {timeout}\n}}\n'


def read(path: Path, context: Context | None = None, **settings: Any) -> list[Event]:
    source = Source(Settings(name="code", kind="git", path=str(path), **settings))
    return list(source.collect(context or Context()))


def request(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(event.request)
    return found


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    found = History(tmp_path / "repos" / "infra.git")
    found.commit(MONDAY, "init", {"main.tf": QUEUE.format(timeout=30), "README.md": "x"})
    found.commit(TUESDAY, "OPS-7 longer timeout\n\nbody", {"main.tf": QUEUE.format(timeout=60)})
    yield found
    found.close()


def test_a_commit_says_who_when_and_what(history: History) -> None:
    event, first = read(history.folder)
    assert event.kind is EventKind.COMMIT
    assert event.at == TUESDAY
    assert event.operation == "OPS-7 longer timeout"
    assert (event.actor.principal, event.actor.kind) == ("jana@shop.example", ActorKind.HUMAN)
    assert event.touches == ("aws_sqs_queue.jobs", "main.tf", "OPS-7")
    assert request(event)["addresses"] == {
        "aws_sqs_queue.jobs": {"attributes": {"visibility_timeout_seconds": ["30", "60"]}}
    }
    assert event.id.startswith("git:")
    assert "README.md" in first.touches


def test_a_bundle_file_reads_like_its_repository(history: History, tmp_path: Path) -> None:
    bundle = history.bundle(tmp_path / "infra.bundle")
    assert [event.id for event in read(bundle)] == [event.id for event in read(history.folder)]


def test_a_folder_of_repositories_and_bundles(history: History, tmp_path: Path) -> None:
    other = History(tmp_path / "repos" / "other.git")
    other.commit(WEDNESDAY, "other", {"a.txt": "a"})
    other.close()
    history.bundle(tmp_path / "repos" / "copy.bundle")
    assert [event.service for event in read(tmp_path / "repos")] == [
        "copy",
        "copy",
        "infra.git",
        "infra.git",
        "other.git",
    ]


def test_a_merge_is_when_a_branch_lands(history: History) -> None:
    main = history.commit(WEDNESDAY, "docs", {"README.md": "y"})
    work = history.commit(
        WEDNESDAY + timedelta(hours=1), "shorter", {"main.tf": QUEUE.format(timeout=10)}, branch="work", parents=(main,)
    )
    landed_at = WEDNESDAY + timedelta(hours=5)
    history.commit(landed_at, "Merge pull request #1", {}, parents=(main, work))
    merge, branch = read(history.folder)[:2]
    assert merge.at == landed_at
    assert (request(merge)["landed"], request(branch)["landed"]) == (True, False)
    assert request(merge)["merges"] == [branch.id.removeprefix("git:")]
    assert request(branch)["landed_in"] == merge.id.removeprefix("git:")
    assert request(merge)["addresses"] == request(branch)["addresses"] != {}


def test_resources_of_local_modules_have_their_full_address(history: History) -> None:
    history.commit(
        WEDNESDAY,
        "module",
        {
            "stacks/shop/main.tf": 'module "queues" {\n  source = "../../modules/queues"\n}\n',
            "modules/queues/main.tf": QUEUE.format(timeout=1),
        },
    )
    assert "module.queues.aws_sqs_queue.jobs" in read(history.folder)[0].touches


def test_a_block_that_moved_to_another_file_has_not_changed(history: History) -> None:
    history.commit(WEDNESDAY, "tidy", {"main.tf": None, "queues.tf": QUEUE.format(timeout=60)})
    assert request(read(history.folder)[0])["addresses"] == {}


def test_a_merge_names_who_merged_and_who_wrote(history: History) -> None:
    main = history.commit(WEDNESDAY, "docs", {"README.md": "y"})
    work = history.commit(
        WEDNESDAY, "shorter", {"main.tf": QUEUE.format(timeout=10)}, branch="work", parents=(main,), author=BEN
    )
    history.commit(WEDNESDAY + timedelta(hours=5), "Merge branch 'hotfix/OPS-9-jobs'", {}, parents=(main, work))
    merge = read(history.folder)[0]
    assert merge.actor.principal == "jana@shop.example"
    assert request(merge)["authors"] == ["ben@shop.example"]
    assert (request(merge)["branch"], request(merge)["hotfix"]) == ("hotfix/OPS-9-jobs", "hotfix")
    assert "OPS-9" in merge.touches


def test_a_change_counts_from_when_it_landed(history: History) -> None:
    history.commit(
        WEDNESDAY, "late", {"main.tf": QUEUE.format(timeout=5)}, author=BEN, committer=JANA, written_at=MONDAY
    )
    event = read(history.folder)[0]
    assert (event.at, event.actor.principal) == (WEDNESDAY, "ben@shop.example")
    assert (request(event)["committed_by"], request(event)["written_at"]) == (
        "jana@shop.example",
        "2026-03-09T09:00:00Z",
    )


def test_a_revert_names_what_it_takes_back(history: History) -> None:
    sha = "0123456789abcdef0123456789abcdef01234567"
    message = f'Revert "OPS-7 longer timeout"\n\nThis reverts commit {sha}.'
    history.commit(WEDNESDAY, message, {"main.tf": QUEUE.format(timeout=30)})
    told = request(read(history.folder)[0])
    assert (told["reverts"], told["reverts_subject"]) == ([sha], "OPS-7 longer timeout")


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: cart, namespace: shop}}
spec:
  replicas: {replicas}
  template:
    spec:
      containers:
{sidecar}      - name: cart
        image: cart:{image}
---
apiVersion: v1
kind: Secret
metadata: {{name: cart, namespace: shop}}
stringData: {{dsn: "{secret}"}}
"""


def deployment(replicas: int = 2, image: str = "1", secret: str = "abc", sidecar: str = "") -> str:
    return DEPLOYMENT.format(replicas=replicas, image=image, secret=secret, sidecar=sidecar)


def test_manifests_are_known_by_their_objects(history: History) -> None:
    history.commit(WEDNESDAY, "cart", {"k8s/cart.yaml": deployment()})
    sidecar = "      - {name: proxy, image: proxy:3}\n"
    history.commit(WEDNESDAY + timedelta(hours=1), "new", {"k8s/cart.yaml": deployment(3, "2", "hunter2", sidecar)})
    event = read(history.folder)[0]
    changed = request(event)["addresses"]
    assert changed["apps/Deployment/shop/cart"] == {
        "language": "kubernetes",
        "attributes": {
            "spec.replicas": [2, 3],
            "spec.template.spec.containers[0].image": [None, "proxy:3"],
            "spec.template.spec.containers[0].name": [None, "proxy"],
            "spec.template.spec.containers[1].image": ["cart:1", "cart:2"],
        },
    }
    assert changed["/Secret/shop/cart"]["attributes"] == {"stringData.dsn": ["(sensitive)", "(sensitive)"]}
    assert "hunter2" not in event.request
    assert "apps/Deployment/shop/cart" in event.touches


def test_an_object_that_moved_to_another_file_has_not_changed(history: History) -> None:
    history.commit(WEDNESDAY, "cart", {"k8s/cart.yaml": deployment()})
    history.commit(
        WEDNESDAY + timedelta(hours=1), "tidy", {"k8s/cart.yaml": None, "k8s/shop/cart.yaml": deployment(replicas=9)}
    )
    changed = request(read(history.folder)[0])["addresses"]
    assert changed == {"apps/Deployment/shop/cart": {"language": "kubernetes", "attributes": {"spec.replicas": [2, 9]}}}


def test_charts_and_patches_declare_no_objects(history: History) -> None:
    history.commit(
        WEDNESDAY,
        "chart",
        {
            "chart/Chart.yaml": "name: cart",
            "chart/values.yaml": "apiVersion: v1\nkind: x\nmetadata: {name: y}",
            "chart/templates/cart.yaml": deployment(),
            "over/kustomization.yaml": "patches:\n- path: more.yaml\n",
            "over/more.yaml": deployment(),
        },
    )
    assert request(read(history.folder)[0])["addresses"] == {}


TEMPLATE = """Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: {timeout}
      QueueName: !Sub "${{Stage}}-jobs"
"""


def test_templates_are_known_by_their_logical_ids(history: History) -> None:
    history.commit(WEDNESDAY, "jobs", {"cfn/shop-jobs.yaml": TEMPLATE.format(timeout=30)})
    history.commit(WEDNESDAY + timedelta(hours=1), "x", {"cfn/shop-jobs.yaml": TEMPLATE.format(timeout=60)})
    assert request(read(history.folder)[0])["addresses"] == {
        "cfn/shop-jobs.yaml#Queue": {
            "language": "cloudformation",
            "type": "AWS::SQS::Queue",
            "hints": ["cfn", "shop-jobs"],
            "attributes": {"VisibilityTimeout": [30, 60]},
        }
    }


def test_bots_are_automation(history: History) -> None:
    history.commit(WEDNESDAY, "bump", {"versions.tf": ""}, author="renovate[bot] <bot@renovate.example>")
    assert read(history.folder)[0].actor.kind is ActorKind.AUTOMATION


def test_secrets_in_code_are_masked(history: History) -> None:
    code = 'resource "aws_db_instance" "db" {\n  password = "hunter2"\n  url = "mysql://a:hunter2@h/"\n}\n'
    history.commit(WEDNESDAY, "oops password=hunter2x", {"db.tf": code})
    event = read(history.folder)[0]
    assert "hunter2" not in event.request
    assert "hunter2" not in event.original
    assert set(request(event)["addresses"]["aws_db_instance.db"]["attributes"]) == {"password", "url"}


def test_large_and_binary_files_are_named_and_not_read(history: History) -> None:
    history.commit(WEDNESDAY, "data", {"big.tf": "#" * 1_100_000, "bin.tf": "\0" + QUEUE.format(timeout=3)})
    event = read(history.folder)[0]
    assert event.touches == ("big.tf", "bin.tf")


def test_only_the_newest_and_only_since(history: History) -> None:
    assert len(read(history.folder, max_commits=1)) == 1
    assert len(read(history.folder, Context(since=TUESDAY))) == 1


def test_the_fingerprint_follows_the_branches(history: History) -> None:
    source = Source(Settings(name="code", kind="git", path=str(history.folder)))
    before = source.fingerprint()
    assert before == source.fingerprint() is not None
    history.commit(WEDNESDAY, "more", {"x": "y"}, branch="work")
    assert source.fingerprint() != before


def test_hooks_and_configuration_are_not_run(history: History, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for hook in ("post-checkout", "pre-commit", "reference-transaction"):
        path = history.folder / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {mark}\n")
        path.chmod(0o755)
    (history.folder / "config").write_text(
        f"[core]\n\tfsmonitor = touch {mark}\n\tbare = true\n\trepositoryformatversion = 0\n"
    )
    assert len(read(history.folder)) == 2
    assert not mark.exists()


def test_what_is_no_repository_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="names no git repository"):
        read(tmp_path)
    with pytest.raises(SourceError, match="no such repository"):
        read(tmp_path / "nowhere")


def test_a_damaged_bundle_leaves_the_others(history: History, tmp_path: Path) -> None:
    whole = history.bundle(tmp_path / "repos" / "whole.bundle").read_bytes()
    (tmp_path / "repos" / "cut.bundle").write_bytes(whole[: len(whole) // 2])
    context = Context()
    assert len(read(tmp_path / "repos", context)) == 4
    assert context.problems[0].startswith("cut.bundle: not a git repository that can be read")


def test_an_empty_repository_has_no_events(tmp_path: Path) -> None:
    empty = History(tmp_path / "empty.git")
    empty.close()
    assert read(empty.folder) == []
