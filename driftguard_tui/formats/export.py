"""An incident report of a war room, made and written."""

import os
from importlib import import_module
from pathlib import Path

from driftguard_tui import text
from driftguard_tui.formats.warroom import mask_of
from engine.errors import DriftGuardError
from engine.warroom import Session

#: Where each form is written, and the ends of its files' names.
FORMS = {"markdown": "driftguard_tui.formats.incident_markdown", "html": "driftguard_tui.formats.incident_html"}
SUFFIXES = {".md": "markdown", ".html": "html", ".htm": "html"}


class ExportError(DriftGuardError):
    """A report cannot be written."""


def exported(session: Session, form: str, *, mask: bool = False) -> str:
    """The session as a report, with identities masked if wanted."""
    render = import_module(FORMS[form]).render
    with text.masked_with(mask_of(session) if mask else None):
        rendered: str = render(session)
    return rendered


def write(content: str, file: Path) -> None:
    """Writes a report, for its owner's eyes. Raises ExportError when a file of that name is there, or cannot be."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ExportError(f"{file} is there already; name another file") from error
    except OSError as error:
        raise ExportError(f"{file} cannot be written ({error.strerror})") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(content)
