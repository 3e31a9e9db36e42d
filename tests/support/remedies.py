"""Folders in which remedies are tried."""

import subprocess
from pathlib import Path

from dulwich import porcelain

from engine.model import Prepared
from engine.remediate.journal import Journal

ANA = b"Ana Ruiz <ana@shop.example>"


def terraform_folder(folder: Path, code: str) -> Path:
    """A folder of Terraform code that was initialised and applied."""
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(code)
    for command in ("init", "apply"):
        approved = ["-auto-approve"] if command == "apply" else []
        subprocess.run(
            ["terraform", command, "-input=false", "-no-color", *approved], cwd=folder, check=True, capture_output=True
        )
    return folder


def commit_all(root: Path) -> None:
    """Commits everything in a folder, which becomes a repository if it is none."""
    if not (root / ".git").exists():
        porcelain.init(str(root))
    porcelain.add(str(root), [str(file) for file in root.rglob("*") if file.is_file() and ".git" not in file.parts])
    porcelain.commit(str(root), message=b"Work", author=ANA, committer=ANA)


def interrupt(folder: Path, prepared: Prepared) -> None:
    """Leaves in the folder what a process does that dies once it has begun to execute."""
    journal = Journal(folder)
    assert journal.begin(prepared.artifact_hash)
    journal.let_go()
