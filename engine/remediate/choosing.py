"""Which tool carries out a plan: a table of what is recommended and of what declares the resource."""

from importlib import import_module
from typing import cast

from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan
from engine.recommend.naming import spoken_name, tool_of
from engine.remediate.remedy import Remedy, Tool, Workplace

_DECLARED = frozenset({DriftKind.MODIFIED, DriftKind.MISSING})

_ANY = frozenset(DriftKind)

#: The action, what declares the resource (`*`: whatever does), the kinds of drift that can be put right so, and the
#: tool: a class that is built from the plan and the workplace, imported when it is needed.
_TOOLS: tuple[tuple[Action, str, frozenset[DriftKind], str], ...] = (
    (Action.REVERT, "terraform", _DECLARED, "engine.remediate.terraform:TerraformApply"),
    (Action.REVERT, "kubernetes", _DECLARED, "engine.remediate.kubernetes:KubernetesApply"),
    (Action.REVERT, "cloudformation", _DECLARED, "engine.remediate.cloudformation:CloudFormationChangeSet"),
    (Action.ADOPT, "terraform", frozenset({DriftKind.MODIFIED}), "engine.remediate.adopt_code:AdoptCode"),
    (Action.ADOPT, "kubernetes", frozenset({DriftKind.MODIFIED}), "engine.remediate.adopt_object:AdoptObject"),
    (Action.IMPORT, "terraform", frozenset({DriftKind.UNMANAGED}), "engine.remediate.import_code:ImportCode"),
    (Action.IGNORE, "*", _ANY, "engine.remediate.ignore:IgnoreRule"),
    (Action.ESCALATE, "*", _ANY, "engine.remediate.ticket:OpenTicket"),
)


def remedy_for(plan: Plan, workplace: Workplace) -> Remedy:
    """What can carry out a plan where it is to be done.

    Raises RemedyError when no tool of ours can, in which case people do, or when the estate's sources do not say where.
    """
    declared_by = tool_of(plan.resource)
    for action, tool, kinds, where in _TOOLS:
        if plan.action is action and tool in (declared_by, "*") and plan.kind in kinds:
            module, _, name = where.partition(":")
            build = cast("type[Tool]", getattr(import_module(module), name))
            return Remedy(build(plan, workplace), workplace.folder)
    raise RemedyError(
        f"no tool carries out {plan.action!s} for {spoken_name(plan.resource)}: follow its commands, then scan"
    )
