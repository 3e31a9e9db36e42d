"""The store folder and what is in it: for their owner's eyes only."""

import os
from pathlib import Path

from engine.errors import StoreError

TIMELINE = "timeline.duckdb"
KEYS = f"{TIMELINE}.keys"
LEDGER = "ledger.sqlite"
MODELS = "models"

_OURS = (TIMELINE, LEDGER, MODELS)


def prepare_folder(folder: Path) -> None:
    """Creates the store folder (mode 0700). One that others may read and that holds nothing else is closed to them.

    Raises StoreError when it cannot be created or is not a folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077 and all(child.name.startswith(_OURS) for child in folder.iterdir()):
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"the store folder {folder} cannot be used ({error.strerror}): choose another one with --store DIR"
        ) from error


def make_private(path: Path) -> None:
    """Sets mode 0600 on a store file and on the files that its engine keeps beside it."""
    for file in path.parent.glob(f"{path.name}*"):
        if file.is_file() and file.stat().st_mode & 0o077:
            file.chmod(0o600)


def create_private(path: Path) -> None:
    """Creates an empty file of mode 0600 unless the path exists."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
