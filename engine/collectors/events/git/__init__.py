"""Git: what changed in the code, when it landed on the default branch, and by whom."""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from engine.collectors.base import Access, Context, Lack
from engine.collectors.events.git.fetch import Remote
from engine.collectors.events.git.settings import Settings
from engine.collectors.events.git.store import (
    find_repositories,
    is_shallow,
    last_fetch,
    mark_read,
    open_repository,
    references,
)
from engine.errors import SourceError
from engine.model import Event

__all__ = ["Settings", "Source"]


class Source:
    """A git source."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of what branches and tags point at; None for repositories that are fetched."""
        if not self._settings.paths:
            return None
        digest = hashlib.blake2b(digest_size=16)
        for path in self._paths():
            try:
                refs = references(path)
            except Exception:  # noqa: BLE001 - what cannot be opened is for `collect` to report
                return None
            digest.update(f"{path}\0{sorted(refs.items())}\n".encode())
        return digest.hexdigest()

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields the commits of every repository, newest first.

        Commits of branches come too, marked as not landed: their changes count from the merge on.
        """
        # It reads YAML as well, which the console's first frame does without.
        from engine.collectors.events.git.history import History

        opened, failures = 0, []
        for name, place in self._repositories(context):
            try:
                folder = place()
                with open_repository(folder) as repository:
                    opened += 1
                    yield from History(repository, self._settings, context).events()
                    if not self._settings.paths and not context.cancelled:
                        mark_read(folder, repository)
            except SourceError as error:
                failures.append(str(error))
                context.skip(name, str(error).removeprefix(f"{name}: "))
            except Exception as error:  # noqa: BLE001 - what is damaged makes dulwich raise anything
                context.skip(name, f"the repository is damaged ({type(error).__name__}); fetch or clone it again")
        if not opened:
            raise SourceError(
                failures[0]
                if failures
                else f"source {self._settings.name!r} names no git repository; check its `path` or `url`"
            )

    def access(self, context: Context) -> Access:
        """The repositories, when each was last fetched, and which of them hold only a part of their history.

        Raises SourceError when a repository at a URL refuses or cannot be reached.
        """
        if not self._settings.paths:
            remotes = [Remote(url, self._settings, context) for url in self._settings.urls]
            return Access(may=tuple(f"{remote.name}, {remote.branches()} branches" for remote in remotes))
        found = [(path, last_fetch(path)) for path in self._paths()]
        return Access(
            may=tuple(f"{path.name}, fetched {at:%Y-%m-%d %H:%M} UTC" if at else path.name for path, at in found),
            lacks=tuple(
                Lack(f"the older history of {path.name}", "git fetch --unshallow")
                for path, _ in found
                if is_shallow(path)
            ),
        )

    def _repositories(self, context: Context) -> Iterator[tuple[str, Callable[[], Path]]]:
        """The repositories by name, each with how its folder is had; `url` counts where there is no `path`."""
        if self._settings.paths:
            yield from ((path.name, partial(Path, path)) for path in self._paths())
        else:
            remotes = (Remote(url, self._settings, context) for url in self._settings.urls)
            yield from ((remote.name, remote.fetch) for remote in remotes)

    def _paths(self) -> list[Path]:
        found: list[Path] = []
        for text in self._settings.paths:
            path = Path(text).expanduser()
            path = path if path.is_absolute() else self._settings.base / path
            if not path.exists():
                raise SourceError(
                    f"{text}: no such repository or folder; check `path` of source {self._settings.name!r}"
                )
            found.extend(find_repositories(path))
        return found
