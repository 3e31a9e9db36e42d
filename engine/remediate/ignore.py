"""Leaving a drift out of the reports: a rule with its reason and its last day, in the estate's `.driftignore`."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import Struct

from engine.driftignore import FILE_NAME, lines_for
from engine.errors import RemedyError
from engine.recommend.ignoring import ignore_patterns
from engine.recommend.naming import printable
from engine.remediate.journal import Outcome
from engine.remediate.remedy import Draft, Say, Tool, digest, read_kept

#: What nobody looks at again is forgotten: after this the drift is reported once more.
HOLDS = timedelta(days=90)


class _Rule(Struct, frozen=True):
    """The lines to add, as text that ends with a break."""

    lines: str


class IgnoreRule(Tool):
    """Adds to the file what hides this drift and nothing else, until the rule expires."""

    name: ClassVar[str] = "driftignore"
    artifact: ClassVar[str] = "rule.json"

    def prepare(self, file: Path) -> Draft:
        patterns, expires = self._patterns(), datetime.now(UTC).date() + HOLDS
        reason = printable(" ".join(f"{self.plan.title} (drift {self.plan.drift_id})".split()))
        text = "".join(f"{line}\n" for line in lines_for(patterns, reason, expires))
        return Draft(
            summary=f"leave it out of the reports until {expires}, by {FILE_NAME} in {self.workplace.base}",
            shown=text.rstrip("\n"),
            world=self.world(file),
            artifact=msgspec.json.encode(_Rule(text)),
        )

    def world(self, file: Path) -> str:
        return digest(self._patterns())

    def apply(self, file: Path, say: Say) -> Outcome:
        rule, place = read_kept(file, _Rule), self._place
        content = self._content()
        missing_break = b"\n" if content and not content.endswith(b"\n") else b""
        written = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            written.write_bytes(content + missing_break + rule.lines.encode())
            if place.exists():
                written.chmod(place.stat().st_mode & 0o777)
            written.replace(place)
        except OSError as error:
            written.unlink(missing_ok=True)
            return Outcome(
                done=False, said=f"{place}: cannot be written ({error.strerror})", left=("nothing was done",)
            )
        return _done(place)

    def aftermath(self, file: Path) -> Outcome:
        is_there = read_kept(file, _Rule).lines.encode() in self._content()
        return _done(self._place) if is_there else super().aftermath(file)

    @property
    def _place(self) -> Path:
        return (self.workplace.base / FILE_NAME).resolve()

    def _content(self) -> bytes:
        try:
            return self._place.read_bytes() if self._place.exists() else b""
        except OSError as error:
            raise RemedyError(f"{self._place}: cannot be read ({error.strerror}); check its permissions") from error

    def _patterns(self) -> tuple[str, ...]:
        patterns = ignore_patterns(self.plan)
        if not patterns:
            raise RemedyError(f"{FILE_NAME} cannot name this drift: write an [[ignore]] rule into the configuration")
        return patterns


def _done(place: Path) -> Outcome:
    return Outcome(done=True, said=f"added to {place}", left=("commit it, if it is kept in a repository",))
