"""Where states are kept: files on disk, objects in S3, services behind HTTP, the backend of a folder of code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import structs

from engine import secrets
from engine.collectors.base import Access, Lack
from engine.collectors.declared.state_backends import states_of
from engine.collectors.declared.state_remote import Remote, StateFile, without_login
from engine.collectors.declared.terraform_settings import StateSettings
from engine.collectors.files import decompress, find_files, fingerprint, read_bytes
from engine.errors import DriftGuardError, SourceError

#: What is taken from folders and prefixes. What a `.json` file is, only its content tells.
_SUFFIXES = (".tfstate", ".json")
_COMPRESSED = (".gz", ".zst")


def locate(settings: StateSettings, resolve: Callable[[str], str] = secrets.resolve) -> Iterator[StateFile]:
    """The states that `path` means, in its order. A part of it that leads nowhere is a file whose read says why.

    `resolve` gives the secrets that the settings name.
    """
    places = _Places(settings, resolve)
    for text in settings.paths:
        try:
            yield from places.find(text)
        except DriftGuardError as error:
            name = text if "://" not in text else without_login(text)
            yield StateFile(name, str(error), partial(_refuse, SourceError(str(error))), refused=True)


class _Places:
    """Every kind of place, each with its client."""

    def __init__(self, settings: StateSettings, resolve: Callable[[str], str]) -> None:
        self._settings = settings
        self._s3 = _S3(settings)
        self._remote = Remote(settings, resolve)

    def find(self, text: str) -> Iterator[StateFile]:
        scheme = text.partition("://")[0] if "://" in text else ""
        if scheme == "s3":
            yield from self._s3.find(text)
        elif scheme in ("gs", "azblob", "tfc", "http", "https"):
            yield from self._remote.find(text)
        elif scheme:
            name = without_login(text)
            raise SourceError(f"{name}: states at {scheme}:// are not supported; fetch the state to a file, give that")
        else:
            yield from self._of_folder(text)

    def _of_folder(self, text: str) -> Iterator[StateFile]:
        folder = self._settings.base / Path(text).expanduser()
        urls = list(states_of(folder)) if self._settings.backend and folder.is_dir() else []
        for url in urls:
            yield from self.find(url)
        yield from _on_disk(text, self._settings)


def try_access(settings: StateSettings, resolve: Callable[[str], str]) -> Access:
    """As whom S3 is read, which states are there, and what is lacking to read those that are refused.

    Raises SourceError when none can be looked into for another reason than a lack of permissions.
    """
    files = [file for file in locate(settings, resolve) if "://" in file.name or file.refused]
    may = [file for file in files if not file.refused]
    if files and not may and not any(_DENIED in file.mark for file in files):
        raise SourceError(files[0].mark)
    return Access(
        identity=_S3(settings).identity() if any(file.name.startswith("s3://") for file in files) else "",
        may=tuple(file.name for file in may),
        lacks=tuple(Lack(file.name, _need(file)) for file in files if file.refused),
        newest=max((file.changed_at for file in may if file.changed_at), default=None),
    )


def _need(file: StateFile) -> str:
    if file.name.startswith("s3://"):
        return "s3:GetObject and s3:ListBucket" if _DENIED in file.mark else file.mark
    return file.mark.removeprefix(f"{file.name}: ")


def _on_disk(text: str, settings: StateSettings) -> Iterator[StateFile]:
    outright = not (settings.base / Path(text).expanduser()).is_dir()
    for file in find_files(structs.replace(settings, path=text), _SUFFIXES):
        yield StateFile(
            name=str(file.relative_to(settings.base)) if file.is_relative_to(settings.base) else file.name,
            mark=fingerprint([file]),
            read=partial(read_bytes, file),
            certain=outright or _says_state(file.name),
        )


class _S3:
    """States in S3. The client is made when the first of them is asked for."""

    def __init__(self, settings: StateSettings) -> None:
        self._settings = settings

    def find(self, url: str) -> Iterator[StateFile]:
        parts = urlsplit(url)
        bucket, key = parts.netloc, parts.path.removeprefix("/")
        if not bucket:
            raise SourceError(f"{url}: a state in S3 is given as s3://BUCKET/KEY")
        with self._explained(f"s3://{bucket}"):
            if key and not key.endswith("/"):
                head = self._client.head_object(Bucket=bucket, Key=key)
                yield self._file(bucket, key, f"{head['ETag']} {head.get('VersionId', '')}", head["LastModified"])
                return
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
            objects = [item for page in pages for item in page.get("Contents", ())]
        if parts.query:
            # Workspaces: PREFIX/NAME/KEY, and nothing else that may lie there.
            objects = [item for item in objects if item["Key"].endswith(f"/{parts.query}")]
        for item in objects:
            if _without_compression(item["Key"]).endswith(_SUFFIXES):
                certain = _says_state(item["Key"])
                yield self._file(bucket, item["Key"], item["ETag"], item["LastModified"], certain)

    def identity(self) -> str:
        """As whom S3 is asked; empty where only S3 is served, as by other makers' object stores."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return str(self._build("sts").get_caller_identity()["Arn"])
        except (BotoCoreError, ClientError, ValueError):
            return ""

    def _file(self, bucket: str, key: str, mark: str, changed_at: datetime, certain: bool = True) -> StateFile:
        url = f"s3://{bucket}/{key}"
        return StateFile(url, f"{url} {mark}", partial(self._read, bucket, key), certain, changed_at)

    def _read(self, bucket: str, key: str) -> bytes:
        url = f"s3://{bucket}/{key}"
        with self._explained(url):
            raw = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return decompress(raw, url)

    @cached_property
    def _client(self) -> Any:
        return self._build("s3")

    def _build(self, service: str) -> Any:
        import boto3
        from botocore.config import Config

        session = boto3.Session(profile_name=self._settings.profile, region_name=self._settings.region)
        retries = {"mode": "standard", "total_max_attempts": 3}
        config = Config(connect_timeout=5, read_timeout=30, retries=retries, user_agent_appid="driftguard")
        return session.client(service, endpoint_url=self._settings.endpoint_url, config=config)

    @contextmanager
    def _explained(self, url: str) -> Iterator[None]:
        """Turns what boto3 raises into one sentence."""
        from botocore import exceptions

        try:
            yield
        except exceptions.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            raise SourceError(f"{url}: {_REFUSALS.get(code, f'S3 answered {code}')}") from error
        except exceptions.ProfileNotFound as error:
            raise SourceError(f"{url}: the AWS profile {self._settings.profile!r} does not exist") from error
        except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError) as error:
            raise SourceError(f"{url}: no AWS credentials were found; log in, or set `profile`") from error
        except (exceptions.BotoCoreError, ValueError) as error:
            raise SourceError(f"{url}: S3 cannot be reached ({type(error).__name__}); check `endpoint_url`") from error


def _refuse(error: SourceError) -> bytes:
    raise error


_DENIED = "access is denied"
_REFUSALS = {
    "404": "there is no such bucket or object",
    "NoSuchKey": "there is no such object",
    "NoSuchBucket": "there is no such bucket",
    "403": f"{_DENIED}; the credentials need s3:GetObject and s3:ListBucket",
    "AccessDenied": f"{_DENIED}; the credentials need s3:GetObject and s3:ListBucket",
    "InvalidAccessKeyId": "AWS does not know the credentials; check them, or set `profile`",
    "SignatureDoesNotMatch": "AWS refuses the credentials; check them, or set `profile`",
    "ExpiredToken": "the AWS credentials have expired; log in again",
}


def _without_compression(name: str) -> str:
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return name


def _says_state(name: str) -> bool:
    return _without_compression(name).endswith(".tfstate")
