"""The workspaces of the desktop, each a mode of the console with a screen of its own.

This table is all that is loaded before a workspace is looked at.
"""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from driftguard_tui.session import Engine
    from driftguard_tui.workspaces.workspace import Workspace


class Place(NamedTuple):
    """A workspace's name, which is its module's and its mode's; how tabs call it, in full and in short; what for."""

    key: str
    name: str
    title: str
    short: str
    about: str

    def make(self, engine: "Engine") -> "Workspace":
        """Its screen. This is when its module is loaded."""
        module = import_module(f"{__name__}.{self.name}")
        workspace: Workspace = module.make(engine)
        return workspace


WORKSPACES = (
    Place("1", "overview", "Overview", "Over", "how the estate stands"),
    Place("2", "drifts", "Drifts", "Drifts", "what differs, and why"),
    Place("3", "timeline", "Timeline", "Time", "what happened, and when"),
    Place("4", "correlations", "Correlations", "Corr", "what occurs where, when, and with what"),
    Place("5", "estate", "Estate", "Estate", "what there is, and what of it drifted"),
    Place("6", "requests", "Requests", "Req", "what is asked for, and decided"),
    Place("7", "ask", "Ask", "Ask", "questions in words, answered with sources"),
    Place("8", "sources", "Sources", "Src", "what is read, and how it goes"),
    Place("9", "audit", "Audit", "Audit", "who did what, and whether it is whole"),
)  # fmt: skip

BY_NAME = {place.name: place for place in WORKSPACES}
#: Where the console begins.
FIRST = "overview"
