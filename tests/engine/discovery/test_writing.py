"""The configuration that is written: it is read back as it was meant, keeps secrets out and overwrites nothing."""

import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.config import load_config
from engine.discovery import Ask, Kept, Proposal, Sureness, answered, check, compose, look, write
from engine.doctor import Verdict
from engine.errors import ConfigError
from tests.support.machine import AWS, AZURE, GOOGLE, KUBECONFIG, SECRET, a_machine
from tests.support.machine import write as write_files
from tests.support.memory_keyring import MemoryKeyring, memory_keyring
from tests.support.small_bundle import write_bundle

JIRA = Proposal(
    name="jira",
    kind="jira",
    settings={},
    comment="Tickets",
    reason="asked for",
    sure=Sureness.PERHAPS,
    asks=(Ask("url", "Address"), Ask("token", "Token", secret=True)),
)


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    with memory_keyring() as memory:
        yield memory


def state(path: str) -> Proposal:
    return Proposal(
        name="s", kind="terraform_state", settings={"path": [path]}, comment="x", reason=path, sure=Sureness.CERTAIN
    )


def test_all_that_is_found_is_read_back_as_it_was_meant(tmp_path: Path) -> None:
    machine = a_machine(tmp_path, JIRA_URL="https://j.example", JIRA_TOKEN=SECRET)
    write_bundle(machine.folder)
    for files in (AWS, KUBECONFIG, GOOGLE, AZURE):
        write_files(machine.home, files)
    every = [proposal for found in look(machine) for proposal in found.proposals]
    ready = [proposal for proposal in every if not proposal.asks]
    file = machine.folder / "driftguard.toml"
    assert write(compose("shop", ready, [p for p in every if p.asks]), file)
    config = load_config(file)
    assert config.name == "shop"
    assert {source.name: source.kind for source in config.sources} == {item.name: item.kind for item in ready}
    assert SECRET not in file.read_text()
    assert "# url =" in file.read_text()


def test_the_same_machine_gives_the_same_file(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    write_bundle(machine.folder)
    texts = {compose("shop", [p for found in look(machine) for p in found.proposals if p.suggested]) for _ in range(2)}
    assert len(texts) == 1


@given(st.text(), st.text())
def test_no_name_can_write_configuration(path: str, estate: str) -> None:
    import msgspec

    read = msgspec.toml.decode(compose(estate, [state(path)], [state(path)]))
    assert read == {
        "estate": {"name": estate or "estate"},
        "source": [{"name": "s", "kind": "terraform_state", "path": path}],
    }


class TestWriting:
    def test_only_its_owner_may_read_it(self, tmp_path: Path) -> None:
        file = tmp_path / "new" / "driftguard.toml"
        assert write("a = 1\n", file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [entry.name for entry in file.parent.iterdir()] == ["driftguard.toml"]

    def test_what_is_there_is_left_as_it_is_unless_it_is_to_be_replaced(self, tmp_path: Path) -> None:
        file = tmp_path / "driftguard.toml"
        file.write_text("# mine")
        with pytest.raises(ConfigError, match="exists already and is left as it is"):
            write("a = 1\n", file)
        assert file.read_text() == "# mine"
        assert write("a = 1\n", file, force=True)
        assert not write("a = 1\n", file), "nothing is to be done"

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        file, target = tmp_path / "driftguard.toml", tmp_path / "elsewhere"
        file.symlink_to(target)
        with pytest.raises(ConfigError):
            write("a = 1\n", file)
        assert not target.exists()

    def test_a_folder_that_takes_no_file_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(ConfigError, match="cannot be written"):
            write("a = 1\n", tmp_path / "file" / "driftguard.toml")


class TestAnswers:
    def test_a_secret_goes_into_the_keyring_and_its_reference_into_the_file(self, ring: MemoryKeyring) -> None:
        found = answered(JIRA, {"url": "https://j.example", "token": SECRET}, Kept())
        assert found.settings == {"url": "https://j.example", "token": "keyring:driftguard/jira-token"}
        assert found.asks == ()
        assert ring.kept == {("driftguard", "jira-token"): SECRET}
        assert SECRET not in compose("shop", [found])

    def test_a_reference_is_taken_as_it_stands(self, ring: MemoryKeyring) -> None:
        assert answered(JIRA, {"url": "u", "token": "env:MINE"}, Kept()).settings["token"] == "env:MINE"
        assert not ring.kept

    def test_without_a_keyring_a_variable_is_offered(self) -> None:
        with pytest.raises(
            ConfigError, match=r"has no keyring .* set a variable and name it: env:JIRA_TOKEN"
        ) as caught:
            answered(JIRA, {"url": "u", "token": SECRET}, Kept())
        assert SECRET not in str(caught.value)

    def test_a_keyring_that_takes_nothing_is_told_without_the_secret(self, ring: MemoryKeyring) -> None:
        def refuse(*given: str) -> None:
            raise keyring.errors.KeyringLocked(f"{given[-1]} is not taken")

        ring.set_password = refuse  # type: ignore[method-assign]
        with pytest.raises(ConfigError, match=r"does not take the secret \(KeyringLocked\)") as caught:
            answered(JIRA, {"url": "u", "token": SECRET}, Kept())
        assert SECRET not in str(caught.value)

    def test_the_keyring_is_as_it_was_once_they_are_given_up(self, ring: MemoryKeyring) -> None:
        ring.kept["driftguard", "jira-token"] = "older"
        kept = Kept()
        answered(JIRA, {"token": SECRET}, kept)
        answered(structs.replace(JIRA, name="other"), {"token": SECRET}, kept)
        assert len(ring.kept) == 2
        kept.give_up()
        assert ring.kept == {("driftguard", "jira-token"): "older"}

    def test_what_was_not_answered_is_still_asked(self) -> None:
        assert [ask.setting for ask in answered(JIRA, {"url": "u", "token": " "}, Kept()).asks] == ["token"]


class TestCheck:
    def test_a_source_that_can_be_read(self, tmp_path: Path) -> None:
        write_bundle(tmp_path)
        found = check(state("terraform/*.tfstate"), tmp_path)
        assert (found.verdict, found.detail) == (Verdict.OK, "terraform_state: 1 records in 1 file")

    def test_one_that_cannot(self, tmp_path: Path) -> None:
        found = check(state("nowhere.tfstate"), tmp_path)
        assert found.verdict is Verdict.BROKEN
        assert "nowhere.tfstate: no such file" in found.detail

    def test_one_that_does_not_answer(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes calls and says nothing
            address = f"http://127.0.0.1:{silent.getsockname()[1]}/state"
            found = check(state(address), tmp_path, seconds=0.3)
        assert found.verdict is Verdict.BROKEN
        assert "does not answer within 0.3 seconds" in found.detail

    def test_settings_that_cannot_be_used_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"source\.path: is missing"):
            check(structs.replace(state("x"), settings={}), tmp_path)
