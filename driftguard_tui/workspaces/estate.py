"""The workspace Estate: what there is as a tree, and what is known of what is under the cursor."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker

from driftguard_tui import labels, matching, notices, progress
from driftguard_tui.desktop import Remembered
from driftguard_tui.outline import Outline
from driftguard_tui.session import Engine
from driftguard_tui.widgets.drawn import Drawn
from driftguard_tui.widgets.estate_tree import EstateTree
from driftguard_tui.widgets.lines import Span, line
from driftguard_tui.widgets.sections import inventory as sections
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.inventory import Inventory, Node, NodeKind, Path, ResourceDetail, inventory, resource_detail
from engine.model import Drift, Report

if TYPE_CHECKING:
    from engine.store import Stores

#: While the cursor keeps moving, nothing is asked.
_SETTLED = 0.15


def make(engine: Engine) -> "EstateWorkspace":
    """The workspace."""
    return EstateWorkspace(engine)


class EstateWorkspace(Workspace):
    """The tree and a node. Counts are read once for each report, resources when their type is opened."""

    NAME = "estate"
    BINDINGS: ClassVar[list[BindingType]] = bindings("estate")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=True, share=0.55, first="tree", second="node"),
        Split(across=False, share=0.55, first="tree", second="node"),
        "tree",
    )

    def __init__(self, engine: Engine) -> None:
        self.tree_pane = EstateTree()
        self.node_pane = Drawn("node", "")
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in matching.FIELDS)
        self._outline = Outline()
        self._drifts: dict[str, Drift] = {}
        self._detail: tuple[Node, ResourceDetail] | None = None
        self._version = 0
        self._settling: Timer | None = None
        self._sought: Path = ()
        #: The drift that was gone to last, by its id.
        self._drift = ""

    def panes(self) -> Mapping[str, Widget]:
        """The tree, and the node under the cursor."""
        return {"tree": self.tree_pane, "node": self.node_pane}

    def on_mount(self) -> None:
        """The tree is where one starts."""
        super().on_mount()
        self.tree_pane.entitle("Estate")

    def on_screen_resume(self) -> None:
        """Goes to the drift that was selected elsewhere meanwhile."""
        self._seek_drift()

    # What the desktop tells

    def found(self, report: Report) -> None:
        """Reads the tree of a report; the one there is stays until then."""
        self.report = report
        self._drifts = {drift.id: drift for drift in report.drifts}
        self._read()

    def waiting(self, scan: progress.ScanProgress) -> None:
        """Shows where a scan is, while there is nothing else to show."""
        if self._outline.inventory is None:
            self.tree_pane.show((), scan.table)

    def failed(self, reason: str) -> None:
        """Shows why there is nothing to show."""
        if self._outline.inventory is None:
            self.tree_pane.show((), notices.failed(reason))

    def chosen(self, drift: Drift | None) -> None:
        """It is gone to, here or when the workspace is looked at again."""
        if self.is_current:
            self._seek_drift()

    def describe(self, situation: dict[str, Any]) -> None:
        """What is under the cursor."""
        node = self.tree_pane.node
        situation.update(listed=len(self.tree_pane.items), chosen=node, drift=self._drift_of(node), filter=self.filter)

    def remember(self) -> dict[str, Remembered]:
        """What is open, the filter, and whether only what drifted is listed."""
        return {
            "open": self._outline.remember(),
            "filter": self.filter,
            "drifted_only": self._outline.drifted_only,
        }

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what is no filter any more is left."""
        opened = own.get("open")
        self._outline.recall(opened if isinstance(opened, list) else ())
        self._outline.drifted_only = bool(own.get("drifted_only"))
        expression = str(own.get("filter") or "")
        try:
            matching.parse(expression)
        except ValueError:
            return
        self.filter = expression

    # Finding

    def apply_filter(self, expression: str) -> None:
        """Shows the tree of what matches. Raises FilterError and leaves all as it is when the filter is no filter."""
        matching.parse(expression)
        self.filter = expression.strip()
        self._read()

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and the names of what is on the screen."""
        return matching.completions(typed, [row.node for row in self.tree_pane.items])

    def do_drifted_only(self) -> None:
        """Leaves out what has no drift in it, or shows it again."""
        self._outline.drifted_only = not self._outline.drifted_only
        self._list()

    # Opening and closing

    def do_unfold(self) -> None:
        self._outline.open_drifted()
        self._list()

    def do_fold(self) -> None:
        self._outline.open.clear()
        self._list()

    def do_back(self) -> None:
        """From the node to the tree; in the tree, takes the filter away."""
        if self.window is None and self.tiles.current == "tree" and self.filter:
            self.apply_filter("")
        else:
            super().do_back()

    @on(EstateTree.Toggled)
    def _toggled(self, event: EstateTree.Toggled) -> None:
        if event.is_open:
            self._outline.open.add(event.node.path)
        else:
            self._outline.open.discard(event.node.path)
        self._list()

    @on(EstateTree.Read)
    def _to_node(self) -> None:
        self.tiles.go_to("node")
        self.desk.hint()

    @on(EstateTree.Opened)
    async def _opened(self) -> None:
        drift = self._drift_of(self.tree_pane.node)
        if drift is not None:
            await self.desk.show_drift(drift)
        else:
            self._to_node()

    async def do_open(self) -> None:
        """Of the node that is read: its drift, or the list of its drifts."""
        node = self.tree_pane.node
        drift = self._drift_of(node)
        if drift is not None:
            await self.desk.show_drift(drift)
        elif node is not None and node.drifts:
            await self.do_list_drifts()

    async def do_list_drifts(self) -> None:
        """Lists the drifts of what is under the cursor."""
        node, tree = self.tree_pane.node, self._outline.inventory
        drifts = tree.drifts_in(node.path) if node is not None and tree is not None else ()
        if not drifts:
            self.desk.say("Nothing has drifted there")
            return
        await self.desk.do_workspace("drifts")
        await self.desk.action_do("filter", f"id:^({'|'.join(drift.id for drift in drifts)})$")

    # A resource's versions

    def do_earlier_version(self) -> None:
        self._go_to_version(self._version + 1)

    def do_later_version(self) -> None:
        self._go_to_version(self._version - 1)

    def _go_to_version(self, place: int) -> None:
        if self._detail is None:
            self.desk.say("Only a resource has versions")
            return
        if not 0 <= place < len(sections.moments(self._detail[1])):
            self.desk.say(f"There is no {'later' if place < 0 else 'earlier'} version", "medium")
            return
        self._version = place
        self._show_node()

    # Inside

    def _read(self) -> None:
        if self.report is not None:
            report, wanted = self.report, matching.parse(self.filter)
            self._ask("tree", lambda stores: inventory(stores, report, wanted), self._take)

    def _take(self, found: Inventory | None) -> None:
        if found is None:
            self.tree_pane.show((), notices.nothing_recorded())
            return
        first = self._outline.inventory is None and not self._outline.open
        self._outline.take(found)
        if first:
            self._outline.open |= {node.path for node in found.children() if node.drifts}
        self._list()
        self._seek_drift()

    def _list(self) -> None:
        nothing = notices.nothing_matches(self.filter) if self.filter else _no_drift
        self.tree_pane.show(self._outline.rows(), nothing)
        root = self._outline.inventory.root if self._outline.inventory else None
        total = f"{root.declared:,} declared" if root else ""
        self.tree_pane.entitle(labels.join(("Estate", total, "drifted only" if self._outline.drifted_only else "")))
        self.status.note((Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ())
        for path in self._outline.missing():
            self._read_resources(path)

    def _read_resources(self, path: Path) -> None:
        tree = self._outline.inventory
        if tree is not None:

            def take(found: list[Node] | None) -> None:
                if tree is self._outline.inventory:
                    self._outline.give(path, found or ())
                    self.tree_pane.show(self._outline.rows(), _no_drift)
                    if self._sought and self.tree_pane.go_to(self._sought):
                        self._sought = ()

            self._ask(f"resources {path}", lambda stores: tree.resources(stores, path), take)

    @on(EstateTree.Highlighted)
    def _highlighted(self) -> None:
        node = self.tree_pane.node
        self._version = 0
        if self._detail is not None and (node is None or self._detail[0].path != node.path):
            self._detail = None
        self._show_node()
        drift = self._drift_of(node)
        if drift is not None:
            self._drift = drift.id
            self.desk.drift_selected(drift)
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, self._read_detail)

    def _read_detail(self) -> None:
        node, tree = self.tree_pane.node, self._outline.inventory
        if node is None or node.ref is None or tree is None:
            return
        ref, at, estate = node.ref, tree.at, tree.estate

        def take(found: ResourceDetail | None) -> None:
            if found is not None and self.tree_pane.node is not None and self.tree_pane.node.path == node.path:
                self._detail = node, found
                self._show_node()

        self._ask("detail", lambda stores: resource_detail(stores, ref, estate, at), take)

    def _show_node(self) -> None:
        node = self.tree_pane.node
        if node is None:
            self.node_pane.show(lambda _, __: ())
            return
        if node.kind is NodeKind.RESOURCE:
            drift, detail, version = self._drift_of(node), self._detail[1] if self._detail else None, self._version
            self.node_pane.show(
                lambda cells, _: sections.resource(node, drift, detail, version, cells), sections.node_title(node)
            )
        else:
            tree = self._outline.inventory
            drifts = tree.drifts_in(node.path, sections.MOST_DRIFTS) if tree else ()
            self.node_pane.show(lambda cells, _: sections.node(node, drifts, cells), sections.node_title(node))

    def _seek_drift(self) -> None:
        """Opens the tree as far as the selected drift's resource."""
        tree, drift = self._outline.inventory, self.desk.drift
        if tree is None or drift is None or drift.id == self._drift:
            return
        self._drift = drift.id
        path = tree.path_of(drift)
        if path is None or (self.tree_pane.node is not None and self.tree_pane.node.path == path):
            return
        self._outline.open_to(path)
        self._sought = path
        self._list()
        if self.tree_pane.go_to(path):
            self._sought = ()

    def _drift_of(self, node: Node | None) -> Drift | None:
        return self._drifts.get(node.drift) if node is not None else None

    def _ask(self, group: str, query: "Callable[[Stores], Any]", take: Callable[[Any], None]) -> None:
        """Asks the stores in a worker; a newer question of a group takes the place of the one before."""

        async def ask() -> None:
            try:
                answer = await self.engine.read(query)
            except DriftGuardError as error:
                self.desk.say(str(error), "bad")
                return
            take(answer)

        _: Worker[None] = self.run_worker(ask, group=group, exclusive=True)


def _no_drift(_: int) -> Sequence[Any]:
    return [line(("Nothing has drifted.", "good"))]
