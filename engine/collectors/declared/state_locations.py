"""Where states are kept: files and folders on disk, objects and prefixes in S3."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, structs

from engine.collectors import base
from engine.collectors.base import Access, Lack
from engine.collectors.files import decompress, find_files, fingerprint, read_bytes
from engine.errors import SourceError

#: What is taken from folders and prefixes. What a `.json` file is, only its content tells.
_SUFFIXES = (".tfstate", ".json")
_COMPRESSED = (".gz", ".zst")


class Settings(base.Settings, frozen=True, kw_only=True):
    """`path` also takes `s3://BUCKET/KEY` and, ending in `/`, a prefix.

    `profile`, `region` and `endpoint_url` say how S3 is reached; without them, as the AWS tools would.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None


class StateFile(Struct, frozen=True):
    """A place where a state is expected. `name` is how people are told of it.

    `mark` changes when the content does; `changed_at` is when it last did, where that is told. `read` raises
    SourceError when there is nothing to read. `certain` is false for what was only come across in a folder, under a
    name that does not say that it is a state.
    """

    name: str
    mark: str
    read: Callable[[], bytes]
    certain: bool = True
    changed_at: datetime | None = None


def locate(settings: Settings) -> Iterator[StateFile]:
    """The states that `path` means, in its order. A part of it that leads nowhere is a file whose read says why."""
    s3 = _S3(settings)
    for text in settings.paths:
        scheme = text.partition("://")[0] if "://" in text else ""
        try:
            if scheme == "s3":
                yield from s3.find(text)
            elif scheme:
                raise SourceError(
                    f"{_without_login(text)}: states at {scheme}:// are not supported yet; fetch the state to a file"
                    " and give that"
                )
            else:
                yield from _on_disk(text, settings)
        except SourceError as error:
            yield StateFile(text if not scheme else _without_login(text), str(error), partial(_refuse, error))


def try_access(settings: Settings) -> Access:
    """As whom S3 is read, which states are there, and what is lacking to read those that are refused."""
    may: list[StateFile] = []
    lacks: list[Lack] = []
    remote = [text for text in settings.paths if text.startswith("s3://")]
    for file in locate(structs.replace(settings, path=remote)):
        if file.mark.startswith(file.name):
            may.append(file)
        elif _DENIED in file.mark:
            lacks.append(Lack(file.name, "s3:GetObject and s3:ListBucket"))
    return Access(
        identity=_S3(settings).identity(),
        may=tuple(file.name for file in may),
        lacks=tuple(lacks),
        newest=max((file.changed_at for file in may if file.changed_at), default=None),
    )


def _on_disk(text: str, settings: Settings) -> Iterator[StateFile]:
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

    def __init__(self, settings: Settings) -> None:
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


def _without_login(url: str) -> str:
    """A URL without the user, password and query that may stand in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _without_compression(name: str) -> str:
    for suffix in _COMPRESSED:
        name = name.removesuffix(suffix)
    return name


def _says_state(name: str) -> bool:
    return _without_compression(name).endswith(".tfstate")
