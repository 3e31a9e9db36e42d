"""Trying a proposed source before it is written down: what doctor would say of it, within a time."""

import threading
from pathlib import Path

from engine.config import Config, default_store, read_source
from engine.discovery.proposal import Proposal
from engine.doctor import Finding, Verdict, examine_within

#: Seconds that a source has to answer.
PATIENCE = 20.0


def unusable(proposal: Proposal, reason: str) -> Finding:
    """What is found of a source whose settings cannot be used."""
    return Finding("sources", proposal.name, Verdict.BROKEN, f"{proposal.kind}: {reason}")


def check(
    proposal: Proposal, folder: Path, seconds: float = PATIENCE, cancelled: threading.Event | None = None
) -> Finding:
    """What works of a proposed source, and what does not. Blocking, up to that many seconds.

    `folder` is what its paths are relative to. A source that does not answer in time, or whose settings cannot be
    used, is a broken one.
    """
    source = read_source({"name": proposal.name, "kind": proposal.kind, **proposal.settings}, folder)
    config = Config(name=folder.name, base=folder, store=default_store(), sources=(source,))
    return examine_within(source, config, seconds, cancelled)
