"""Running `terraform plan -refresh-only` in a folder, without changing anything there."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from engine.collectors.base import Access, Context
from engine.errors import SourceError

#: Answers that end a plan, as parts of what the program prints, and what to do about each.
_REASONS: tuple[tuple[str, str], ...] = (
    (
        r"init\b.*(required|needed)|run\W+(terraform|tofu) init|not installed|lock file",
        "run `{program} init` there first",
    ),
    (r"no configuration files", "there is no Terraform code in it"),
    (
        r"unsupported (block|argument)|invalid|argument is required|missing required argument",
        "its code is not valid; run `{program} validate` there",
    ),
    (r"no value for required variable", "a variable has no value; give it in terraform.tfvars"),
    (
        r"credential|ExpiredToken|AccessDenied|\b40[13]\b|unauthorized|authentication",
        "the provider refuses the credentials; log in, then scan again",
    ),
    (r"state.*lock", "the state is locked; wait for the other run"),
)


class Runner(Struct, frozen=True, kw_only=True):
    """Plans in `folder` with `program`, for at most `timeout` seconds."""

    folder: Path
    program: str
    timeout: int
    source: str

    def plan(self, context: Context) -> bytes:
        """What `show -json` prints of a plan that only refreshes.

        The plan is kept in a folder of its own, that only this user can read, while it is needed.
        Raises SourceError with one sentence; what the program printed may hold secrets and is not repeated.
        """
        self._check()
        with tempfile.TemporaryDirectory(prefix="driftguard-plan-") as folder:
            file = str(Path(folder) / "plan")
            options = ("-refresh-only", "-input=false", "-lock=false", "-no-color", f"-out={file}")
            deadline = time.monotonic() + self.timeout
            self._run(("plan", *options), context, deadline)
            return self._run(("show", "-json", "-no-color", file), context, deadline)

    def run(self, arguments: Sequence[str], context: Context) -> bytes:
        """What a command prints. Raises SourceError as `plan` does."""
        self._check()
        return self._run(arguments, context, time.monotonic() + self.timeout)

    def access(self, context: Context) -> Access:
        """Says which program would plan, once it has answered."""
        self._check()
        version = self._run(("version",), context, time.monotonic() + 20).decode(errors="replace").splitlines()
        return Access(may=(f"plan with {version[0]}" if version else f"plan with {self.program}",))

    def _check(self) -> None:
        if not self.folder.is_dir():
            raise SourceError(f"{self.folder}: no such folder; check `dir` of source {self.source!r}")
        if shutil.which(self.program) is None:
            raise SourceError(
                f"the program {self.program!r} is not on the PATH; install it, or give recorded plans with `path`"
            )

    def _run(self, arguments: Sequence[str], context: Context, deadline: float) -> bytes:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603 - one of two programs, never through a shell
                [self.program, *arguments],
                cwd=self.folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
            try:
                while process.poll() is None:
                    if context.wait(0.05):
                        raise SourceError("cancelled")
                    if time.monotonic() > deadline:
                        late = f"{self.program} {arguments[0]} took more than {self.timeout} s; raise `timeout`"
                        raise SourceError(f"{self.folder}: {late}")
            finally:
                _end(process)
            if process.returncode == 0:
                out.seek(0)
                return out.read()
            errors.seek(0)
            raise SourceError(self._reason(arguments[0], errors.read().decode(errors="replace")))

    def _reason(self, command: str, text: str) -> str:
        words = " ".join(re.sub(r"[^\w\s.`\"-]", " ", text).split())
        found = (advice for pattern, advice in _REASONS if re.search(pattern, words, re.IGNORECASE))
        advice = next(found, "run `{program} plan -refresh-only` there to see why").format(program=self.program)
        return f"{self.folder}: {self.program} {command} failed: {advice}"


def environment() -> dict[str, str]:
    """What the program is run with: the user's own variables, without what would change or repeat its answers."""
    quiet = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    kept = {name: value for name, value in os.environ.items() if name not in ("TF_LOG", "TF_CLI_ARGS")}
    return kept | quiet


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends the program and the providers it started, if it still runs."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
