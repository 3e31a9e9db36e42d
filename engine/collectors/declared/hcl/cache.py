"""What files were parsed to, by the hash of their content, in the user's cache folder.

Parsing is slow and code seldom changes, so it is worth keeping between runs. Code may hold secrets though, which
belong in no second place: a file in which something is named like a secret or looks like one is never kept.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from engine.collectors.declared.hcl.document import Body
from engine.redact import is_secret_name, looks_secret

#: Changes when the same code would be parsed to something else.
_FORMAT = 1
_MOST_FILES = 20_000


class Cache:
    """Keeps at most some thousand files, those used last. A cache that cannot be used is no cache, and no error."""

    def __init__(self, folder: Path | None = None) -> None:
        root = folder or platformdirs.user_cache_path("driftguard")
        self._folder = root / "code" / f"{_FORMAT}-{version('python-hcl2')}"
        self._added = 0

    def get(self, raw: bytes) -> Body | None:
        """What the content was parsed to, if that is known."""
        file = self._file(raw)
        try:
            body = msgspec.json.decode(file.read_bytes(), type=Body)
            os.utime(file)
        except (OSError, msgspec.DecodeError):
            return None
        return body

    def put(self, raw: bytes, body: Body) -> None:
        """Keeps what the content was parsed to, unless it may hold a secret."""
        if _may_hold_secret(body):
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as out:
                out.write(msgspec.json.encode(body))
            Path(out.name).replace(self._file(raw))
            self._added += 1

    def trim(self) -> None:
        """Drops what was not used for longest, once there is too much."""
        if not self._added:
            return
        with suppress(OSError):
            files = sorted(self._folder.iterdir(), key=lambda file: file.stat().st_mtime)
            for file in files[:-_MOST_FILES]:
                file.unlink(missing_ok=True)

    def _file(self, raw: bytes) -> Path:
        return self._folder / hashlib.blake2b(raw, digest_size=20).hexdigest()


def _may_hold_secret(body: Body) -> bool:
    return any(
        (is_secret_name(name) and _is_literal(value)) or looks_secret(value if isinstance(value, str) else str(value))
        for name, value in body.attributes.items()
    ) or any(_may_hold_secret(block.body) for block in body.blocks)


def _is_literal(value: Any) -> bool:
    """Whether a text stands there itself, and not only where it comes from."""
    return not isinstance(value, str) or '"' in value
