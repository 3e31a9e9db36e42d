"""Which states belong to a folder of code: what `terraform init` noted there of its backend, and of its workspaces."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import SourceError


def states_of(folder: Path) -> Iterator[str]:
    """The URLs of the states that the code in a folder uses, of every workspace that one URL can mean.

    `terraform init` notes the backend with the parts that the code leaves out. States in files need no URL: they are
    in the folder. Raises SourceError when the folder was not initialised, or keeps states where none are read.
    """
    file = folder / ".terraform" / "terraform.tfstate"
    try:
        noted = msgspec.json.decode(file.read_bytes(), type=dict[str, Any]).get("backend") or {}
    except OSError:
        raise SourceError(f"{folder.name}: `terraform init` was not run there, so its backend is not known") from None
    except msgspec.DecodeError:
        raise SourceError(f"{folder.name}: {file.name} in .terraform cannot be read; run `terraform init`") from None
    try:
        yield from urls_of(str(noted.get("type", "local")), noted.get("config") or {})
    except SourceError as error:
        raise SourceError(f"{folder.name}: {error}") from None


def urls_of(kind: str, settings: Mapping[str, Any]) -> Iterator[str]:
    """The URLs of the states in a backend with these settings, none of a local one.

    Raises SourceError, without naming the folder, when the settings are not complete or no such backend is read.
    """
    found = _URLS.get(kind)
    if kind == "local":
        return
    if found is None:
        raise SourceError(f"states in a backend of type {kind!r} are not read; fetch them to files")
    try:
        yield from found(settings)
    except (KeyError, TypeError, IndexError, AttributeError):
        raise SourceError("its backend's settings are not complete; run `terraform init`") from None


def _s3(settings: Mapping[str, Any]) -> Iterator[str]:
    prefix = settings.get("workspace_key_prefix") or "env:"
    yield f"s3://{settings['bucket']}/{settings['key']}"
    yield f"s3://{settings['bucket']}/{prefix}/?{settings['key']}"


def _gcs(settings: Mapping[str, Any]) -> Iterator[str]:
    prefix = (settings.get("prefix") or "").strip("/")
    yield f"gs://{settings['bucket']}/{prefix}/" if prefix else f"gs://{settings['bucket']}/"


def _azurerm(settings: Mapping[str, Any]) -> Iterator[str]:
    yield f"azblob://{settings['storage_account_name']}/{settings['container_name']}/{settings['key']}"


def _remote(settings: Mapping[str, Any]) -> Iterator[str]:
    workspaces = settings["workspaces"]
    workspace = workspaces[0] if isinstance(workspaces, list) else workspaces
    if not workspace.get("name"):
        raise SourceError("the code names its workspaces by prefix or tags; give each as tfc://ORGANIZATION/WORKSPACE")
    yield f"tfc://{settings['organization']}/{workspace['name']}"


def _http(settings: Mapping[str, Any]) -> Iterator[str]:
    yield str(settings["address"])


_URLS = {"s3": _s3, "gcs": _gcs, "azurerm": _azurerm, "remote": _remote, "cloud": _remote, "http": _http}
