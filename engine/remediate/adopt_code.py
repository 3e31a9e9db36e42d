"""Adopting what is live into Terraform code."""

import re
from pathlib import Path

from engine.errors import RemedyError
from engine.model import Against
from engine.model import Change as AttributeChange
from engine.remediate.git_branch import Branches
from engine.remediate.hcl_edit import adopt
from engine.remediate.proposing import Change, CodeProposal
from engine.remediate.terraform_check import check_code
from engine.remediate.terraform_code import code_of

_ADDRESS = re.compile(r"(?:.*\.)?(?P<type>\w+)\.(?P<name>[\w-]+)(?P<key>\[.*\])?", re.DOTALL)


class AdoptCode(CodeProposal):
    """Changes the values in the code that declares the resource, and nothing else in it."""

    def summary(self) -> str:
        address = self.plan.resource.address
        shared = ", for every use of its module" if address.startswith("module.") else ""
        return f"Adopt {len(self._changes)} live value{'s' * (len(self._changes) != 1)} of {address}{shared}"

    def change(self, scratch: Path) -> Change:
        address = self.plan.resource.address
        if not self._changes:
            raise RemedyError(f"{address}: no value that the code declares differs, so there is nothing to adopt")
        code = code_of(self.plan.resource, self.workplace)
        branches = Branches(code.folder)
        path, named = branches.path_of(code.file), _ADDRESS.fullmatch(address)
        content = branches.content(path)
        if content is None or named is None:
            raise RemedyError(f"{code.file}: is not committed; commit it first, then adopt what is live")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise RemedyError(f"{code.file}: is not UTF-8 text; change it by hand") from error
        new = adopt(text, named["type"], named["name"], self._changes, instance=named["key"] is not None).encode()
        branches.write_to(scratch, {path: new})
        root = scratch / branches.path_of(code.folder)
        notes = check_code(root, code.folder, code.program, address, self.workplace)
        return Change(str(branches.root), {path: new}, notes)

    @property
    def _changes(self) -> list[AttributeChange]:
        return [change for change in self.plan.changes if change.against is Against.DECLARED]
