"""Where the recorded data that is kept beside the repository lies, when it is there."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="needs the recorded data in ../shared/data, which is not there"
)
