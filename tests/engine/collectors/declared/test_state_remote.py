"""States behind HTTP, each from a service on loopback."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.collectors.base import Context
from engine.collectors.declared.state_backends import states_of
from engine.collectors.declared.terraform_state import Settings, Source
from engine.errors import SourceError
from tests.support.terraform_states import Service, service

STATE = msgspec.json.encode(
    {
        "version": 4,
        "serial": 7,
        "lineage": "l",
        "terraform_version": "1.11.4",
        "resources": [
            {
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": "a",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"attributes": {"id": "a", "bucket": "a"}}],
            }
        ],
    }
)
WORD = "opal-grid-7"


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("STATE_TOKEN", WORD)
    with service() as own:
        yield own


def source(path: str, **settings: Any) -> Source:
    return Source(Settings(name="states", kind="terraform_state", path=path, **settings))


def read(path: str, **settings: Any) -> list[str]:
    context = Context(resolve_secret=lambda reference: {"env:STATE_TOKEN": WORD}[reference])
    return [f"{item.origin} {item.ref.address}" for item in source(path, **settings).collect(context)]


def test_an_object_of_google_cloud_storage(remote: Service) -> None:
    base = "/storage/v1/b/states/o/shop%2Fdefault.tfstate"
    remote.say(base, {"name": "shop/default.tfstate", "generation": "3", "etag": "e"})
    remote.say(f"{base}?alt=media", STATE)
    found = read("gs://states/shop/default.tfstate", endpoint_url=remote.url, token="env:STATE_TOKEN")
    assert found == ["gs://states/shop/default.tfstate aws_s3_bucket.a"]
    assert {headers["authorization"] for _, _, headers in remote.asked} == {f"Bearer {WORD}"}


def test_a_prefix_of_google_cloud_storage_page_by_page(remote: Service) -> None:
    first = "/storage/v1/b/states/o?prefix=shop%2F&maxResults=500"
    remote.say(first, {"items": [{"name": "shop/dev.tfstate"}, {"name": "shop/notes.txt"}], "nextPageToken": "p 2"})
    remote.say(f"{first}&pageToken=p%202", {"items": [{"name": "shop/prod.tfstate"}]})
    for name in ("dev", "prod"):
        remote.say(f"/storage/v1/b/states/o/shop%2F{name}.tfstate?alt=media", STATE)
    found = read("gs://states/shop/", endpoint_url=remote.url)
    assert [line.split()[0] for line in found] == ["gs://states/shop/dev.tfstate", "gs://states/shop/prod.tfstate"]


@pytest.mark.parametrize(("word", "path"), [("sv=1&sig=abc", "/c/k.tfstate?sv=1&sig=abc"), (WORD, "/c/k.tfstate")])
def test_a_blob_of_azure_by_either_token(
    remote: Service, monkeypatch: pytest.MonkeyPatch, word: str, path: str
) -> None:
    monkeypatch.setenv("STATE_TOKEN", word)
    remote.say(path, STATE, ETag="e1")
    context = Context(resolve_secret=lambda _: word)
    own = source("azblob://shop/c/k.tfstate", endpoint_url=remote.url, token="env:STATE_TOKEN")
    [item] = own.collect(context)
    assert (item.origin, remote.asked[0][0]) == ("azblob://shop/c/k.tfstate", "HEAD")


def cloud(remote: Service, download: str) -> None:
    remote.say("/api/v2/organizations/acme/workspaces/shop", {"data": {"id": "ws-1"}})
    version = {"id": "sv-1", "attributes": {"serial": 7, "hosted-state-download-url": download}}
    remote.say("/api/v2/workspaces/ws-1/current-state-version", {"data": version})


def test_the_current_state_of_a_workspace(remote: Service) -> None:
    cloud(remote, f"{remote.url}/state")
    remote.say("/state", STATE)
    assert read("tfc://acme/shop", host=remote.url, token="env:STATE_TOKEN") == ["tfc://acme/shop aws_s3_bucket.a"]


def test_a_token_goes_to_no_other_service(remote: Service) -> None:
    with service() as other:
        cloud(remote, f"{other.url}/state")
        other.say("/state", STATE)
        read("tfc://acme/shop", host=remote.url, token="env:STATE_TOKEN")
        assert "authorization" not in other.asked[0][2]


def test_a_workspace_needs_a_token() -> None:
    with pytest.raises(SourceError, match="set `token`"):
        read("tfc://acme/shop")


def test_the_http_backend_with_a_login(remote: Service) -> None:
    remote.say("/shop", STATE)
    assert read(f"{remote.url}/shop", username="me", password="env:STATE_TOKEN")
    assert remote.asked[0][2]["authorization"].startswith("Basic ")


def test_a_login_is_not_sent_in_clear() -> None:
    with pytest.raises(SourceError, match="not sent over http"):
        read("http://states.example/shop", username="me", password="env:STATE_TOKEN")


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_is_asked_again(remote: Service, status: int) -> None:
    remote.say("/shop", b"", status, Retry_After="0")
    remote.say("/shop", STATE)
    assert len(read(f"{remote.url}/shop")) == 1


@pytest.mark.parametrize(
    ("status", "says"), [(401, "does not accept the credentials"), (403, "access is denied"), (404, "no such state")]
)
def test_a_refusal_is_said_in_one_sentence(remote: Service, status: int, says: str) -> None:
    remote.say("/shop?key=hidden", b"", status)
    with pytest.raises(SourceError, match=says) as caught:
        read(f"{remote.url}/shop?key=hidden")
    assert "hidden" not in str(caught.value)


def test_a_fingerprint_changes_with_the_state(remote: Service) -> None:
    remote.say("/shop", STATE)
    remote.say("/shop", STATE)
    remote.say("/shop", STATE.replace(b'"serial":7', b'"serial":8'))
    own = source(f"{remote.url}/shop")
    first, second, third = own.fingerprint(), own.fingerprint(), own.fingerprint()
    assert first == second != third


def test_access_says_what_can_be_looked_into(remote: Service) -> None:
    remote.say("/shop", STATE)
    own = Source(Settings(name="s", kind="terraform_state", path=[f"{remote.url}/shop", f"{remote.url}/gone"]))
    access = own.access(Context())
    assert access is not None
    assert access.may == (f"{remote.url}/shop",)
    assert [lack.what for lack in access.lacks] == [f"{remote.url}/gone"]
    assert source("states/").access(Context()) is None


def initialised(folder: Path, kind: str, **config: Any) -> Path:
    (folder / ".terraform").mkdir()
    noted = {"version": 3, "backend": {"type": kind, "config": config}}
    (folder / ".terraform" / "terraform.tfstate").write_bytes(msgspec.json.encode(noted))
    return folder


@pytest.mark.parametrize(
    ("kind", "config", "urls"),
    [
        ("s3", {"bucket": "b", "key": "k.tfstate"}, ["s3://b/k.tfstate", "s3://b/env:/?k.tfstate"]),
        ("gcs", {"bucket": "b", "prefix": "shop"}, ["gs://b/shop/"]),
        (
            "azurerm",
            {"storage_account_name": "a", "container_name": "c", "key": "k"},
            ["azblob://a/c/k"],
        ),
        ("cloud", {"organization": "o", "workspaces": [{"name": "w"}]}, ["tfc://o/w"]),
        ("http", {"address": "https://x.example/s"}, ["https://x.example/s"]),
        ("local", {}, []),
    ],
)
def test_a_folder_of_code_names_its_states(tmp_path: Path, kind: str, config: dict[str, Any], urls: list[str]) -> None:
    assert list(states_of(initialised(tmp_path, kind, **config))) == urls


@pytest.mark.parametrize(("kind", "says"), [("pg", "'pg' are not read"), ("s3", "not complete")])
def test_a_backend_that_cannot_be_followed_is_said(tmp_path: Path, kind: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(states_of(initialised(tmp_path, kind)))


def test_a_folder_that_was_not_initialised_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="terraform init"):
        list(states_of(tmp_path))


def test_the_backend_is_followed_only_when_asked_for(tmp_path: Path, remote: Service) -> None:
    remote.say("/shop", STATE)
    initialised(tmp_path, "http", address=f"{remote.url}/shop")
    workspace = tmp_path / "terraform.tfstate.d" / "dev"
    workspace.mkdir(parents=True)
    (workspace / "terraform.tfstate").write_bytes(STATE)
    assert read(str(tmp_path), base=tmp_path) == ["terraform.tfstate.d/dev/terraform.tfstate aws_s3_bucket.a"]
    assert len(read(str(tmp_path), base=tmp_path, backend=True)) == 2
    assert len(remote.asked) == 1
