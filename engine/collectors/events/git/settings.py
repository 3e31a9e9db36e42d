"""Settings of a git source."""

from engine.collectors import base


class Settings(base.Settings, frozen=True, kw_only=True):
    """`path` is a checkout, a bare repository, a `git bundle` file, or a folder of these.

    url: a repository, or several, that are fetched without the git program: https, ssh (by the `ssh` program, which
    must not need to ask), git or file. token: a reference to the token or password that `user` has there.
    max_commits: how many of the newest commits are read per repository.
    """

    url: str | list[str] | None = None
    token: str | None = None
    user: str = "git"
    max_commits: int = 2000

    @property
    def urls(self) -> list[str]:
        """`url` as a list, empty when there is none."""
        if self.url is None:
            return []
        return [self.url] if isinstance(self.url, str) else self.url
