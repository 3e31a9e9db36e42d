"""Google Cloud projects: those of gcloud's configurations, and the one of the credentials that programs use."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.discovery.accounts import Account
from engine.discovery.machine import Machine, content, sections
from engine.discovery.proposal import Sureness

_FOLDER = ".config/gcloud"


class _Credentials(Struct):
    """What may be known of a file of credentials: the rest of it is not even decoded."""

    project_id: str = ""
    quota_project_id: str = ""


def find_google(machine: Machine) -> Iterator[Account]:
    """Every project that is named, the one in use first."""
    folder = machine.place("CLOUDSDK_CONFIG", _FOLDER)
    file = machine.place("GOOGLE_APPLICATION_CREDENTIALS", f"{_FOLDER}/application_default_credentials.json")
    if not machine.environ.get("GOOGLE_APPLICATION_CREDENTIALS"):
        file = folder / file.name
    credentials = _credentials(file)
    may = "" if credentials else "; needs `gcloud auth application-default login`"
    found: dict[str, str] = {}
    if project := machine.environ.get("GOOGLE_CLOUD_PROJECT"):
        found[project] = "$GOOGLE_CLOUD_PROJECT"
    active = (content(folder / "active_config") or b"").decode(errors="replace").strip()
    configurations = dict(_configurations(folder / "configurations"))
    for name in sorted(configurations, key=lambda name: (name != active, name)):
        found.setdefault(configurations[name], f"gcloud's configuration {name}")
    if credentials and (project := credentials.project_id or credentials.quota_project_id):
        found.setdefault(project, "the credentials that programs use")
    for number, (project, where) in enumerate(found.items()):
        yield Account(
            of="google",
            label=project if number else "",
            reason=f"project {project}, named by {where}{may}",
            sure=Sureness.PERHAPS if number or not credentials else Sureness.LIKELY,
            values={"project": project},
        )


def _credentials(file: Path) -> _Credentials | None:
    try:
        return msgspec.json.decode(content(file) or b"", type=_Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _configurations(folder: Path) -> Iterator[tuple[str, str]]:
    """Names of gcloud's configurations, and the project of each that has one."""
    try:
        files = sorted(folder.glob("config_*"))
    except OSError:
        return
    for file in files:
        for section, settings in sections(content(file), ("project",)):
            if section == "core" and settings.get("project"):
                yield file.name.removeprefix("config_"), settings["project"]
