"""What Terraform says of changed code, tried in a copy of it: whether it is valid, and what it would still change."""

import shutil
from pathlib import Path

from engine.collectors.declared.planfile import decode_plan
from engine.errors import RemedyError, SourceError
from engine.remediate.remedy import Workplace
from engine.remediate.terraform import changes_in, summary_of
from engine.remediate.terraform_program import Program

#: What lies in a root beside its code and is no part of the repository, as a rule.
_BESIDE = ("terraform.tfstate", "terraform.tfvars", "*.auto.tfvars", "*.tfvars.json", ".terraform.lock.hcl")


def check_code(root: Path, real: Path, program: str, address: str, workplace: Workplace) -> tuple[str, ...]:
    """What was found out, a sentence each. `root` is the copy of the folder `real`, in which Terraform was set up.

    Raises RemedyError when the code is not valid. Nothing of `real` is changed, and its state is not locked.
    """
    if shutil.which(program) is None:
        return (f"Not verified: the program {program!r} is not on the PATH.",)
    set_up(root, real)
    terraform = Program(root, program, workplace)
    try:
        terraform.answer("validate", "-no-color")
    except RemedyError as error:
        if "init` there first" in str(error):
            return (f"Not verified: run `{program} init` in {real} for that.",)
        raise RemedyError(f"{program} validate refuses the changed code; change it by hand") from error
    return (f"{program} validate: the code is valid.", _planned(terraform, root / "check.tfplan", address))


def _planned(terraform: Program, file: Path, address: str) -> str:
    program = terraform.program
    try:
        terraform.answer("plan", "-input=false", "-no-color", "-lock=false", f"-target={address}", f"-out={file}")
        planned = decode_plan(terraform.answer("show", "-json", "-no-color", str(file)))
    except (RemedyError, SourceError):
        return f"{program} plan: could not be made, so whether anything else differs is not known."
    changes = changes_in(planned)
    left = summary_of(changes, address) if changes else "nothing is left to change"
    return f"{program} plan: {left}."


def set_up(root: Path, real: Path) -> None:
    """Gives a copy of a root what lies beside its code in the folder `real`: providers, values, a local state."""
    if (real / ".terraform").is_dir() and not (root / ".terraform").exists():
        (root / ".terraform").symlink_to((real / ".terraform").resolve())
    for pattern in _BESIDE:
        for file in real.glob(pattern):
            if not (root / file.name).exists():
                shutil.copyfile(file, root / file.name)
                (root / file.name).chmod(0o600)
