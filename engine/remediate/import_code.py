"""Bringing what nobody declares under the code: an `import` block, and the resource's block as Terraform writes it."""

import re
import shutil
from pathlib import Path

from engine.errors import RemedyError
from engine.recommend import hcl
from engine.recommend.naming import import_id, proposed_address, spoken_name
from engine.redact import redact_prose
from engine.remediate.git_branch import Branches
from engine.remediate.proposing import Change, CodeProposal
from engine.remediate.terraform_check import check_code, set_up
from engine.remediate.terraform_code import root_for
from engine.remediate.terraform_program import Program

_GENERATED = re.compile(r"^# (?:__generated__|Please review) .*\n", re.MULTILINE)
#: What Terraform leaves for people to fill in; there is nothing secret about nothing.
_EMPTY = re.compile(r"^\s*\S+ += null\b.*\n", re.MULTILINE)


class ImportCode(CodeProposal):
    """Adds one file to the root whose provider the resource belongs to. Nothing is imported before it is merged."""

    def summary(self) -> str:
        return f"Import {spoken_name(self.plan.resource)} as {self._address}"

    def change(self, scratch: Path) -> Change:
        code = root_for(self.plan.resource, self.workplace)
        branches = Branches(code.folder)
        file = f"import_{self._address.replace('.', '_')}.tf"
        path = branches.path_of(code.folder / file)
        if branches.content(path) is not None:
            raise RemedyError(f"{path}: is there already; see whether it imports {self._address} before")
        branches.write_to(scratch, {})
        root = scratch / branches.path_of(code.folder)
        set_up(root, code.folder)
        text = self._written(root, file, Program(root, code.program, self.workplace))
        (root / file).write_text(text)
        notes = check_code(root, code.folder, code.program, self._address, self.workplace)
        return Change(str(branches.root), {path: text.encode()}, notes)

    @property
    def _address(self) -> str:
        return proposed_address(self.plan.resource)

    def _written(self, root: Path, file: str, terraform: Program) -> str:
        """The block that imports, and the one that Terraform wrote from what is live."""
        identity = import_id(self.plan.resource)
        if not self._address or not identity:
            raise RemedyError(f"{spoken_name(self.plan.resource)}: no address can be proposed; import it by hand")
        if shutil.which(terraform.program) is None:
            raise RemedyError(f"only {terraform.program} can write its code; install it, or import it by hand")
        block = "\n".join(["import {", f"  to = {self._address}", f"  id = {hcl.text(identity)}", "}", ""])
        (root / file).write_text(block)
        made = root / "made.tf"
        options = ("-input=false", "-no-color", "-lock=false", f"-target={self._address}")
        terraform.answer("plan", *options, f"-generate-config-out={made}")
        if not made.exists():
            raise RemedyError(f"the code declares {self._address} already: import it there by hand")
        written = _GENERATED.sub("", made.read_text("utf-8")).strip("\n")
        made.unlink()
        if holds_secret(written):
            raise RemedyError(f"the code of {self._address} would hold a secret; import it by hand, and keep that out")
        return f"{block}\n{written}\n"


def holds_secret(code: str) -> bool:
    """Whether something in the code looks like a secret that is written out."""
    told = _EMPTY.sub("", f"{code}\n")
    return redact_prose(told) != told
