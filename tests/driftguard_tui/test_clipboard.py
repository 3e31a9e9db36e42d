"""Copying: the system's tool, else the terminal, else a file; and it says which."""

from pathlib import Path

import pytest

from driftguard_tui.clipboard import OSC52_BYTES, copy


@pytest.fixture
def sent() -> list[str]:
    return []


def a_tool(folder: Path, name: str, body: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{body}\n")
    tool.chmod(0o755)


def test_the_systems_own_tool_is_used_where_there_is_a_desktop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: list[str]
) -> None:
    a_tool(tmp_path, "xclip", f"cat > {tmp_path}/copied")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert copy("terraform apply", sent.append, {"DISPLAY": ":0"}) == "with xclip"
    assert (tmp_path / "copied").read_text() == "terraform apply"
    assert sent == []


def test_a_tool_that_fails_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: list[str]) -> None:
    a_tool(tmp_path, "xclip", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert copy("x", sent.append, {"DISPLAY": ":0"}) == "through the terminal (OSC 52)"
    assert sent == ["x"]


def test_over_ssh_the_terminal_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: list[str]) -> None:
    a_tool(tmp_path, "xclip", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert "OSC 52" in copy("x", sent.append, {"DISPLAY": ":0", "SSH_CONNECTION": "a b"})


def test_what_is_too_long_for_a_terminal_goes_into_a_file(sent: list[str]) -> None:
    text = "ü" * OSC52_BYTES
    how = copy(text, sent.append, {})
    assert how.startswith("to ")
    assert sent == []
    file = Path(how.removeprefix("to "))
    assert file.read_text("utf-8") == text
    assert file.stat().st_mode & 0o077 == 0, "for its owner only"
    file.unlink()
