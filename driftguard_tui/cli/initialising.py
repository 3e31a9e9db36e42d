"""What `driftguard config init` does: look, let choose, ask, check, write."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from driftguard_tui.cli.options import is_terminal, paper
from driftguard_tui.cli.status import IN_SYNC
from driftguard_tui.formats import as_json, proposals, verdicts
from driftguard_tui.text import plain
from engine import secrets
from engine.discovery import Kept, Machine, Proposal, answered, check, compose, look, variable_of, write
from engine.errors import ConfigError, DriftGuardError

_NUMBERS = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+))?")
_NEXT = "Next: `driftguard doctor` tries each source, `driftguard scan` looks for drift."


def initialise(file: Path, *, yes: bool, force: bool, form: str) -> int:
    """Finds sources for a configuration in this file, and writes it where that is wanted. Returns the exit status.

    With `yes` all that is likely is taken; else it is asked for on a terminal, and only listed elsewhere.
    """
    folder = file.absolute().parent
    found = _look(Machine(folder))
    chosen = frozenset(place for place, proposal in enumerate(found) if proposal.suggested)
    if not yes and not (is_terminal() and sys.stdin.isatty()):
        rows = [{"taken": place in chosen, **as_row(proposal)} for place, proposal in enumerate(found)]
        click.echo(as_json.listing(rows, form, lambda: proposals.table(found, chosen, paper())), nl=False)
        _say("nothing is written; `driftguard config init --yes` takes those marked with yes")
        return IN_SYNC
    kept = Kept()
    try:
        if not yes:
            if file.exists() and not force:
                raise ConfigError(f"{file} exists already and is left as it is; edit it, or replace it with --force")
            found, chosen = _choose(found, chosen)
            found = [_answer(item, kept) if place in chosen else item for place, item in enumerate(found)]
            _try(found, chosen, folder)
            click.confirm(f"Write {file}?", default=True, abort=True)
        return _write(found, chosen, file, force=force)
    except BaseException:
        kept.give_up()
        raise


def _write(found: Sequence[Proposal], chosen: frozenset[int], file: Path, *, force: bool) -> int:
    folder = file.absolute().parent
    taken = [proposal for place, proposal in enumerate(found) if place in chosen]
    left = [proposal for place, proposal in enumerate(found) if place not in chosen]
    written = write(compose(folder.resolve().name, taken, left), file, force=force)
    click.echo(f"Wrote {file}." if written else f"{file} is as it would be written, and is left as it is.")
    for proposal in taken:
        click.echo(f"  {plain(proposal.kind)}: {plain(proposal.reads)}")
    if not taken:
        click.echo("  nothing to read was found here: see the comments in it")
    click.echo(_NEXT)
    return IN_SYNC


def as_row(proposal: Proposal) -> dict[str, object]:
    """A proposal as `--format json` lists it."""
    return {
        "name": proposal.name,
        "kind": proposal.kind,
        "role": proposal.role.value,
        "sure": proposal.sure.value,
        "settings": proposal.settings,
        "comment": proposal.comment,
        "reason": proposal.reason,
        "asks": [ask.setting for ask in proposal.asks],
    }


def _look(machine: Machine) -> list[Proposal]:
    found: list[Proposal] = []
    for looked in look(machine):
        found += looked.proposals
        if looked.note:
            _say(f"{plain(looked.place)}: {plain(looked.note)}")
    return found


def _choose(found: list[Proposal], chosen: frozenset[int]) -> tuple[list[Proposal], frozenset[int]]:
    """Lets numbers be added and left out until it is right."""
    while True:
        click.echo(proposals.table(found, chosen, paper()))
        typed = click.prompt(
            "Numbers to take or to leave out (2 5-7), enter when it is right", default="", show_default=False
        )
        if not typed.strip():
            return found, chosen
        chosen ^= _numbers(typed, len(found))


def _numbers(typed: str, count: int) -> frozenset[int]:
    """The places that numbers and ranges of them mean; what is neither is passed over."""
    places: set[int] = set()
    for word in re.split(r"[\s,]+", typed):
        if match := _NUMBERS.fullmatch(word):
            places.update(range(int(match["first"]) - 1, min(count, int(match["last"] or match["first"]))))
    return frozenset(place for place in places if 0 <= place < count)


def _answer(proposal: Proposal, kept: Kept) -> Proposal:
    """The proposal with what was answered to its questions."""
    answers: dict[str, str] = {}
    for ask in proposal.asks:
        if ask.secret and secrets.keyring_backend() is None:
            question = f"{ask.question}, as a reference (this machine has no keyring to keep it in)"
            answers[ask.setting] = click.prompt(question, default=variable_of(proposal, ask))
        else:
            answers[ask.setting] = click.prompt(ask.question, hide_input=ask.secret)
    try:
        return answered(proposal, answers, kept)
    except ConfigError as error:
        _say(str(error))
        return _answer(proposal, kept)


def _try(found: Sequence[Proposal], chosen: frozenset[int], folder: Path) -> None:
    """Says of each chosen source whether it can be read."""
    shown = paper()
    for place in sorted(chosen):
        try:
            finding = check(found[place], folder)
        except DriftGuardError as error:
            _say(f"{plain(found[place].name)}: {error}")
            continue
        click.echo("\n".join(verdicts.lines(finding, shown)))


def _say(sentence: str) -> None:
    click.echo(f"driftguard: {sentence}", err=True)
