"""Folders in which remedies are tried."""

import subprocess
from pathlib import Path


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
