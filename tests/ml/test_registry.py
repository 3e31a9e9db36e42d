"""Models on disk: what was saved is what is loaded, and nothing that was touched since is parsed."""

import os
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from ml.registry import MANIFEST, Manifest, fingerprint, load, save
from tests.support.samples import NOON

FILES = {"trees.ubj": bytes(range(256)), "calibration.json": b'{"temperature": 1.3}'}


def manifest(**fields: Any) -> Manifest:
    given: dict[str, Any] = {
        "name": "cause", "version": "2026.3.2", "created_at": NOON, "seed": 7, "data_hash": "ab" * 32,
        "features": ("by_person", "incident_open"), "metrics": {"accuracy": 0.96}, "code_version": "0.1.0",
        "trained_on": "120 generated estates",
    }  # fmt: skip
    return Manifest(**{**given, **fields})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "model", manifest(), FILES)
    return tmp_path / "model"


def test_what_was_saved_is_loaded(folder: Path) -> None:
    loaded, files = load(folder)

    assert files == FILES
    assert (loaded.label, loaded.features, loaded.metrics) == (
        "cause@2026.3.2", ("by_person", "incident_open"), {"accuracy": 0.96},
    )  # fmt: skip
    assert set(loaded.files) == set(FILES)


def test_the_same_model_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save(tmp_path / "again", manifest(), FILES)

    assert fingerprint(tmp_path / "again") == fingerprint(folder)


def test_files_are_for_their_owner_only(folder: Path) -> None:
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def test_a_model_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(ModelError, match="there is a model already"):
        save(folder, manifest(seed=8), FILES)
    assert load(folder)[0].seed == 7


def test_an_altered_file_is_not_returned(folder: Path) -> None:
    (folder / "trees.ubj").write_bytes(b"something else")

    with pytest.raises(ModelError, match=r"trees\.ubj: was altered"):
        load(folder)


def test_a_manifest_that_was_altered_with_its_file_is_told_by_the_registered_hash(folder: Path, tmp_path: Path) -> None:
    registered = fingerprint(folder)
    save(tmp_path / "forged", manifest(), {**FILES, "trees.ubj": b"forged"})
    (tmp_path / "forged" / MANIFEST).replace(folder / MANIFEST)
    (tmp_path / "forged" / "trees.ubj").replace(folder / "trees.ubj")

    assert load(folder)[1]["trees.ubj"] == b"forged"
    with pytest.raises(ModelError, match="not the manifest that was registered"):
        load(folder, expected=registered)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/b", "", ".", MANIFEST, "x\x00y", "a" * 100])
def test_a_file_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="cannot be the name"):
        save(tmp_path / "model", manifest(), {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_a_manifest_that_names_a_file_elsewhere_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text().replace('"trees.ubj"', '"../trees.ubj"'))

    with pytest.raises(ModelError, match="cannot be the name"):
        load(folder)


def test_a_link_in_place_of_a_file_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "trees.ubj").rename(tmp_path / "elsewhere")
    (folder / "trees.ubj").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ModelError, match="cannot be read"):
        load(folder)


def test_a_pipe_in_place_of_a_file_does_not_hang(folder: Path) -> None:
    (folder / "trees.ubj").unlink()
    os.mkfifo(folder / "trees.ubj")

    with pytest.raises(ModelError):
        load(folder)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff\xfe", b'{"name": "cause", "surprise": 1}'])
def test_what_is_no_manifest_is_said_in_a_sentence(folder: Path, body: bytes) -> None:
    (folder / MANIFEST).write_bytes(body)

    with pytest.raises(ModelError, match="is no manifest of a model"):
        load(folder)


def test_a_missing_model_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json: cannot be read"):
        load(tmp_path / "nowhere")
