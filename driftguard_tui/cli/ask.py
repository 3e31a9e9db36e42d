"""`driftguard ask`: a question answered in words from what is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from driftguard_tui.cli.options import Options, format_option, moment, paper, with_options
from driftguard_tui.cli.timeline import open_recorded

if TYPE_CHECKING:
    from engine.assistant.conversation import Backend
    from engine.model import Report
    from engine.store import Stores

BACKENDS = ("built-in", "gemini", "openai")


@click.command("ask")
@click.argument("question", nargs=-1)
@with_options
@format_option("text", "json")
@click.option("--bundle", type=click.Path(path_type=Path), metavar="DIR", help="Ask about a folder of recorded inputs.")
@click.option("--drift", metavar="ID", help="What `it` and `that` in the question mean; the start of its ID will do.")
@click.option("--estate", metavar="NAME", help="Which estate (default: the one that was scanned last).")
@click.option("--as-of", type=moment, metavar="TIME", help="As it was known then.")
@click.option("--backend", type=click.Choice(BACKENDS), help="What answers (default: as configured).")
@click.option("--evaluate", is_flag=True, help="Measure what answers, by questions about the demo estate.")
@click.option("--show-prompt", is_flag=True, help="Print what would be sent to a model, and send nothing.")
def command(
    options: Options,
    form: str,
    question: tuple[str, ...],
    bundle: Path | None,
    drift: str | None,
    estate: str | None,
    as_of: datetime | None,
    backend: str | None,
    show_prompt: bool,
    evaluate: bool,
) -> None:
    """Answer a QUESTION about the recorded drifts and what happened around them: what changed, who did it, when, why,
    how bad it is, what to do about it; what else happened then, what changed since a time; how the estate stands.

    Every claim has a source, or is marked as unverified. Nothing is changed. Nothing leaves the machine unless a model
    elsewhere is configured or asked for; what then leaves passes a veil: no secret, no name, account, host or address.
    """
    from driftguard_tui.formats import as_json
    from driftguard_tui.formats.answer import Page

    if evaluate:
        _evaluate(options, backend, form)
        return
    if not question:
        raise click.UsageError("ask a question, such as: driftguard ask who made the worst drift?")
    from engine.assistant.conversation import Conversation

    with _recorded(options, bundle) as stores:
        report = _report(stores, estate, as_of)
        about = stores.ledger.drift(drift).id if drift else ""
        conversation = Conversation(_backend(options, backend))
        if show_prompt:
            prompt = conversation.preview(" ".join(question), report, stores, drift=about)
            click.echo(prompt or f"Nothing would be sent: {conversation.backend.says}.", nl=not prompt)
            return
        sentences = conversation.ask(" ".join(question), report, stores, drift=about)
        if form == "json":
            list(sentences)
            click.echo(as_json.document(conversation.answers[-1]))
            return
        page = Page(paper())
        for sentence in sentences:
            click.echo(page.sentence(sentence), nl=False)
        click.echo(page.sources(conversation.answers[-1]), nl=False)
        click.echo(page.footer(conversation.backend.says, conversation.answers[-1].used), nl=False)


def _backend(options: Options, asked_for: str | None) -> "Backend":
    """What answers. Raises ConfigError when what is asked for cannot be asked."""
    from getpass import getuser

    from engine.assistant.choosing import backend_for
    from engine.assistant.settings import BackendName

    config = options.load()
    name = BackendName(asked_for) if asked_for else None
    return backend_for(config.assistant, config.resolve_secret, user=getuser(), asked_for=name)


def _evaluate(options: Options, asked_for: str | None, form: str) -> None:
    """Asks everything, each question in a conversation of its own."""
    import asyncio
    from tempfile import TemporaryDirectory

    from driftguard_tui.demo import build_demo
    from driftguard_tui.demo.questions import QUESTIONS, judged
    from driftguard_tui.formats import as_json, asked
    from engine.config import bundle_config
    from engine.pipeline import scan
    from engine.store import open_stores

    says = _backend(options, asked_for).says
    with TemporaryDirectory(prefix="driftguard-ask-") as name:
        folder = Path(name)
        bundle = build_demo(folder / "demo")
        with open_stores(folder / "store") as stores:
            report = asyncio.run(scan(bundle_config(bundle), stores=stores))
            verdicts = []
            for number, question in enumerate(QUESTIONS, 1):
                click.echo(f"driftguard: question {number} of {len(QUESTIONS)}", err=True)
                verdicts.append(judged(question, report, stores, lambda: _backend(options, asked_for)))
    told = asked.evaluated(says, QUESTIONS, verdicts)
    click.echo(as_json.document(told) if form == "json" else asked.render(told, paper()), nl=form == "json")


@contextmanager
def _recorded(options: Options, bundle: Path | None) -> "Iterator[Stores]":
    """The stores of earlier scans, or of a bundle that is scanned for the question. Raises StoreError."""
    if bundle is None:
        with open_recorded(options) as stores:
            yield stores
        return
    import asyncio
    from tempfile import TemporaryDirectory

    from engine.pipeline import scan
    from engine.store import open_stores

    config = options.load_or_bundle(bundle)
    with TemporaryDirectory(prefix="driftguard-ask-") as folder, open_stores(Path(folder)) as stores:
        asyncio.run(scan(config, stores=stores))
        yield stores


def _report(stores: "Stores", estate: str | None, as_of: datetime | None) -> "Report":
    from engine.errors import StoreError

    report = stores.timeline.report_at(as_of, estate)
    if report is None:
        which = f" of {estate!r}" if estate else ""
        when = f" up to {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
        raise StoreError(f"no scan{which}{when} is recorded: run `driftguard scan`, or ask about another one")
    return report
