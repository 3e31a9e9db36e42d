"""Repositories by URL, fetched into a folder of this machine's cache without the git program.

The copy is bare: nothing is checked out, no hook and no configuration of the repository is ever run.
"""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import platformdirs

from engine.collectors.base import CancelledError, Context
from engine.collectors.events.git.settings import Settings
from engine.errors import SourceError
from engine.loopback import LOOPBACK

if TYPE_CHECKING:
    from dulwich.client import GitClient

_SCHEMES = frozenset({"https", "http", "ssh", "git", "file"})
_SHORT_SSH = re.compile(r"[\w.-]+@[\w.-]+:(?!//)\S+")
_BRANCHES = b"refs/heads/"
#: Seconds after which a silent server has hung up. SSH is never to ask: nobody would answer.
_TIMEOUT = b"60"
_SSH = "ssh -oBatchMode=yes -oConnectTimeout=15"


class Remote:
    """One repository at a URL.

    Raises SourceError when the URL cannot be used.
    """

    def __init__(self, url: str, settings: Settings, context: Context) -> None:
        self._url, self._settings, self._context = url, settings, context
        self._place = _place(url, settings)
        digest = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
        self.name = re.split(r"[/:]", url.rstrip("/"))[-1].removesuffix(".git") or "repository"
        self.folder = platformdirs.user_cache_path("driftguard") / "git" / digest / self.name

    def fetch(self) -> Path:
        """Brings the copy up to date, and returns its folder. Raises SourceError when that fails."""
        from dulwich.repo import Repo

        try:
            known = (self.folder / "HEAD").is_file()
            self.folder.mkdir(parents=True, exist_ok=True)
            with Repo(str(self.folder)) if known else Repo.init_bare(str(self.folder)) as repo:
                client, path = self._client()
                found = cast("Any", client).fetch(
                    path.encode(),
                    repo,
                    determine_wants=lambda refs, depth=None: _wanted(refs, repo),
                    progress=self._progress,
                    depth=None if known else self._settings.max_commits,
                    ref_prefix=[b"HEAD", _BRANCHES],
                )
                _point(repo, found)
        except CancelledError:
            pass  # what was there before is still whole
        except Exception as error:
            raise SourceError(self._sentence(error)) from error
        return self.folder

    def branches(self) -> int:
        """How many branches there are. Raises SourceError when the server refuses or cannot be reached."""
        try:
            client, path = self._client()
            refs = client.get_refs(path.encode()).refs
        except Exception as error:
            raise SourceError(self._sentence(error)) from error
        return sum(name.startswith(_BRANCHES) for name in refs)

    def _client(self) -> "tuple[GitClient, str]":
        from dulwich.client import get_transport_and_path
        from dulwich.config import ConfigDict

        config = ConfigDict()
        config.set((b"http",), b"timeout", _TIMEOUT)
        login: dict[str, Any] = {}
        if self._settings.token and self._url.startswith("http"):
            login = {
                "username": self._settings.user,
                "password": self._context.resolve_secret(self._settings.token),
            }
        return get_transport_and_path(self._url, config=config, quiet=True, ssh_command=_SSH, **login)

    def _progress(self, _: bytes) -> None:
        if self._context.cancelled:
            raise CancelledError

    def _sentence(self, error: Exception) -> str:
        """What went wrong. The library's own text may hold parts of requests and is not repeated."""
        from dulwich.client import HTTPUnauthorized
        from dulwich.errors import NotGitRepository

        if isinstance(error, SourceError):
            return str(error)
        if isinstance(error, HTTPUnauthorized):
            return f"{self._place}: the server does not accept the credentials; renew what `token` refers to"
        if isinstance(error, NotGitRepository):
            return f"{self._place}: there is no such repository, or the credentials may not see it; check `url`"
        return f"{self._place}: the repository cannot be fetched ({type(error).__name__}); check `url` and the network"


def _place(url: str, settings: Settings) -> str:
    """How people are told of the URL: without what may stand in it. Raises SourceError for one that is not used."""
    if _SHORT_SSH.fullmatch(url):
        return url
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise SourceError(
            f"`url` of source {settings.name!r} begins with none of https, ssh, git and file; give a folder as `path`"
        )
    if parts.password:
        raise SourceError(
            f"`url` of source {settings.name!r} holds a password; leave it out and set `user` and `token`"
        )
    if settings.token and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SourceError(f"`url` of source {settings.name!r} must be https: a token is sent there")
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _wanted(refs: Any, repo: Any) -> list[bytes]:
    """The tips of branches that are not here yet."""
    return [sha for ref, sha in refs.items() if ref.startswith(_BRANCHES) and sha not in repo.object_store]


def _point(repo: Any, found: Any) -> None:
    """Lets the copy's branches be those of the repository, and its default branch the same."""
    branches = {ref: sha for ref, sha in found.refs.items() if ref.startswith(_BRANCHES) and sha in repo.object_store}
    for ref in [ref for ref in repo.refs.allkeys() if ref.startswith(_BRANCHES) and ref not in branches]:
        repo.refs.remove_if_equals(ref, None)
    for ref, sha in branches.items():
        repo.refs[ref] = sha
    default = (found.symrefs or {}).get(b"HEAD")
    if default in branches:
        repo.refs.set_symbolic_ref(b"HEAD", default)
