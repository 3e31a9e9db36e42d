"""The workspace Requests: what is asked for, what exactly it would do, and what is decided on it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from driftguard_tui import filters, labels, notices
from driftguard_tui.actions.requests import Handled
from driftguard_tui.asking import Question
from driftguard_tui.desktop import Remembered
from driftguard_tui.executing import Executing
from driftguard_tui.requesting import NOTHING_RECORDED
from driftguard_tui.session import Engine
from driftguard_tui.widgets.lines import Span
from driftguard_tui.widgets.request_detail import RequestDetail
from driftguard_tui.widgets.request_list import request_list, waiting_first
from driftguard_tui.widgets.rows import Rows
from driftguard_tui.widgets.splits import Split, Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.errors import DriftGuardError
from engine.model import ChangeRequest, Report, RequestStatus

if TYPE_CHECKING:
    from engine.store import Stores
    from engine.workflow.requests import Requests

    Step = Callable[[Requests], ChangeRequest]

#: What the filter can look at.
FIELDS: Mapping[str, Callable[[ChangeRequest], Iterable[str]]] = {
    "status": lambda request: (request.status.value, "outdated" if request.outdated else ""),
    "severity": lambda request: (request.level.value,),
    "action": lambda request: (request.plan.action.value,),
    "resource": lambda request: (request.plan.resource.address, request.plan.resource.id, request.plan.resource.name),
    "by": lambda request: (request.requested_by, *(decision.by for decision in request.decisions)),
    "title": lambda request: (request.plan.title,),
    "reason": lambda request: (request.reason, *(comment.text for comment in request.comments)),
    "drift": lambda request: (request.plan.drift_id,),
    "id": lambda request: (request.id,),
}

#: What is said of how carrying one out ended.
_ENDS = {
    RequestStatus.VERIFIED: ("Verified, the drift is gone", "good"),
    RequestStatus.FAILED: ("Failed, the drift is there still", "bad"),
}


def make(engine: Engine) -> "RequestsWorkspace":
    """The workspace."""
    return RequestsWorkspace(engine)


class RequestsWorkspace(Workspace):
    """List and plan. It asks the ledger whenever it is looked at, and shows what the ledger says after each step."""

    NAME = "requests"
    BINDINGS: ClassVar[list[BindingType]] = bindings("requests")
    LAYOUTS: ClassVar[Sequence[Tree]] = (
        Split(across=True, share=0.5, first="requests", second="plan"),
        Split(across=False, share=0.4, first="requests", second="plan"),
        "requests",
    )

    class Heard(Message):
        """A tool that carries a request out has said something."""

    def __init__(self, engine: Engine) -> None:
        self.executing = Executing(engine, lambda: self.post_message(self.Heard()))
        self.list = request_list()
        self.detail = RequestDetail()
        super().__init__(engine)
        self.filter_hint = " ".join(f"{field}:" for field in FIELDS)
        self._wanted: Callable[[ChangeRequest], bool] = filters.parse_for(FIELDS, "")
        self._known: Sequence[ChangeRequest] | None = None
        self._shared = False
        self._sought = ""

    def panes(self) -> Mapping[str, Widget]:
        """The list, and what would be done."""
        return {"requests": self.list, "plan": self.detail}

    def on_mount(self) -> None:
        """The list is where one starts."""
        super().on_mount()
        self.list.entitle("Requests")

    def on_screen_resume(self) -> None:
        """Somebody may have asked or decided meanwhile."""
        self._ask()

    def found(self, report: Report) -> None:
        """What is asked for may no longer be what would be done."""
        self.report = report
        self._ask()

    def describe(self, situation: dict[str, Any]) -> None:
        """The request under the cursor, and who looks at it."""
        request = self.list.selected
        situation.update(listed=len(self.list.items), filter=self.filter)
        if request is not None:
            situation["chosen"] = Handled(request, self.engine.user, self._shared, self.executing.request_id)
            drifts = self.report.drifts if self.report else ()
            situation["drift"] = next((drift for drift in drifts if drift.id == request.plan.drift_id), None)

    def remember(self) -> dict[str, Remembered]:
        """The filter, and the request under the cursor."""
        request = self.list.selected
        return {"filter": self.filter, "request": request.id if request else self._sought}

    def recall(self, own: dict[str, Remembered]) -> None:
        """The same; what is no filter any more is left."""
        self._sought = str(own.get("request") or "")
        expression = str(own.get("filter") or "")
        try:
            self._wanted, self.filter = filters.parse_for(FIELDS, expression), expression
        except filters.FilterError:
            return

    def seek(self, id_: str) -> None:
        """Puts the cursor on this request, without the filter if that hides it."""
        self._sought = id_
        if self.filter:
            self.apply_filter("")
        elif self._known is not None:
            self._list()

    # Finding

    def apply_filter(self, expression: str) -> None:
        """Lists what matches. Raises FilterError and leaves the list as it is when the filter is no filter."""
        self._wanted = filters.parse_for(FIELDS, expression)
        self.filter = expression.strip()
        self._list()

    def complete_filter(self, typed: str) -> Sequence[str]:
        """Fields, and the values that requests have in them."""
        return filters.completions_for(FIELDS, typed, self._known or ())

    # What can be done

    def do_open(self) -> None:
        self.tiles.go_to("plan")

    def do_back(self) -> None:
        """From the plan to the list; in the list, takes the filter away."""
        if self.window is None and self.tiles.current == "requests" and self.filter:
            self.apply_filter("")
        else:
            super().do_back()

    async def do_open_drift(self) -> None:
        """Goes to the drift, if it is still there."""
        drift = self.situation().drift
        if drift is None:
            self.desk.say("The drift is not in the report that is shown: it may be gone", "medium")
        else:
            await self.desk.show_drift(drift)

    async def do_approve(self, comment: str = "") -> None:
        """Approves exactly the plan that is shown."""
        request = self.list.selected
        if request is not None:
            seen = request.plan_hash
            await self._step(lambda book: book.approve(request.id, plan_hash=seen, comment=comment), "Approved")

    async def do_reject(self, reason: str = "") -> None:
        """Rejects; asks for the reason."""
        await self._with_words("why; enter rejects the request, esc leaves it", reason, self._reject)

    async def do_withdraw(self, reason: str = "") -> None:
        """Takes back; asks for the reason."""
        await self._with_words("why; enter takes the request back, esc leaves it", reason, self._withdraw)

    def do_execute(self) -> None:
        """Carries out exactly the plan that is shown, beside everything else."""
        request = self.list.selected
        if request is not None and not self.executing.is_running:
            self.run_worker(self._execute(request), group="execute")

    def do_stop(self) -> None:
        """Asks the tool to stop; what it has done by then stays done."""
        self.executing.stop()
        self.desk.say("The tool is asked to stop; what it is at it may have to end", "medium")

    async def do_close(self, remark: str = "") -> None:
        """Takes note of how it ended."""
        request = self.list.selected
        if request is not None:
            await self._step(lambda book: book.close(request.id, comment=remark), "Closed")

    async def do_comment(self, text: str = "") -> None:
        """Remarks; asks for the words."""
        await self._with_words("what to say about the request; enter says it, esc leaves", text, self._comment)

    # Inside

    async def _with_words(self, hint: str, words: str, step: Callable[[str, str], Awaitable[None]]) -> None:
        """Takes a step on the request under the cursor with these words; asks for some where none are given."""
        request = self.list.selected
        if request is None:
            return
        if words:
            await step(request.id, words)
            return

        def answered(typed: str) -> str:
            self.run_worker(partial(step, request.id, typed.strip()), group="requests")
            return ""

        self.desk.asking.ask(Question("✎", answered, "", hint))

    async def _execute(self, request: ChangeRequest) -> None:
        """Carries it out, and says how that ended."""
        self._ask()
        try:
            ended = await self.executing.run(request)
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
        else:
            word, tone = _ENDS.get(ended.status, ("Carried out, to be verified by a later scan", "medium"))
            self.desk.warroom.decided(f"{word}: {ended.plan.title}")
            self.desk.say(f"{word}: {ended.plan.title}", tone)
            if self.engine.report is not None:
                self.desk.showing.found(self.engine.report)
        self._ask()

    async def _reject(self, id_: str, words: str) -> None:
        await self._step(lambda book: book.reject(id_, comment=words), "Rejected")

    async def _withdraw(self, id_: str, words: str) -> None:
        await self._step(lambda book: book.withdraw(id_, comment=words), "Withdrawn")

    async def _comment(self, id_: str, words: str) -> None:
        await self._step(lambda book: book.comment(id_, words), "Noted")

    async def _step(self, step: "Step", done: str) -> None:
        """Takes a step, says what came of it, and shows how things then stand."""

        def take(stores: "Stores") -> ChangeRequest:
            return step(self.engine.workflow(stores).requests)

        try:
            request = await self.engine.read(take)
        except DriftGuardError as error:
            self.desk.say(str(error), "bad")
        else:
            if request is None:
                self.desk.say(NOTHING_RECORDED, "medium")
                return
            alone = ", holding all roles" if request.decisions and request.decisions[-1].alone else ""
            self.desk.warroom.decided(f"{done}{alone}: {request.plan.title}")
            self.desk.say(f"{done}{alone}: {request.plan.title}", "good")
        self._ask()

    @work(group="requests-list", exclusive=True)
    async def _ask(self) -> None:
        """Asks the ledger for the requests of this estate."""
        user, estate = self.engine.user, self.engine.estate

        def known(stores: "Stores") -> tuple[Sequence[ChangeRequest], bool]:
            from engine.workflow.requests import role_in

            _, shared = role_in(stores.ledger, user)
            return waiting_first(self.engine.workflow(stores).requests.all(estate=estate)), shared

        try:
            answer = await self.engine.read(known)
        except DriftGuardError as error:
            self.list.show((), notices.failed_to_read(str(error)))
            return
        self._known, self._shared = answer or (None, False)
        self._list()

    def _list(self) -> None:
        every = self._known or ()
        wanted = [request for request in every if self._wanted(request)]
        self.list.show(wanted, self._notice())
        for row, request in enumerate(wanted):
            if request.id == self._sought:
                self._sought = ""
                self.list.select(row)
        waiting = sum(request.status is RequestStatus.REQUESTED for request in every)
        count = f"{len(wanted):,} of {len(every):,}" if self.filter else _waiting(waiting) if every else ""
        self.list.entitle(labels.join(("Requests", count)))
        self.status.note((Span("/ ", "key"), Span(self.filter, "strong")) if self.filter else ())
        self.desk.hint()

    def _notice(self) -> notices.Notice:
        if self._known is None:
            return notices.nothing_recorded()
        return notices.nothing_matches(self.filter) if self._known else notices.no_requests()

    @on(Rows.Highlighted, "#requests-list")
    @on(Heard)
    def _highlighted(self) -> None:
        request = self.list.selected
        self.detail.show(request, self.executing.said(request))
        self.desk.hint()

    @on(Rows.Opened, "#requests-list")
    def _opened(self) -> None:
        self.do_open()


def _waiting(number: int) -> str:
    return f"{number:,} waiting" if number else "none waiting"
