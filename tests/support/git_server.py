"""A git server on loopback that speaks the smart HTTP protocol, with a password where wanted."""

import base64
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

TOKEN = "token-of-a-reader"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Tests are quiet."""


class GitServer:
    """The server at `url`. `requests` are the paths that were asked for, with the authorization they came with."""

    def __init__(self, server: WSGIServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.requests: list[tuple[str, str]] = []


@contextlib.contextmanager
def serving(repositories: dict[str, Path], *, user: str = "", moved_to: str = "") -> Iterator[GitServer]:
    """Serves the repositories by their paths. With `user` only to whom has it and the token; with `moved_to` it sends
    whoever asks to another server."""
    opened = {f"/{name}": Repo(str(path)) for name, path in repositories.items()}
    git = make_wsgi_chain(DictBackend({name.encode(): repo for name, repo in opened.items()} | opened))
    expected = "Basic " + base64.b64encode(f"{user}:{TOKEN}".encode()).decode()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        given = environ.get("HTTP_AUTHORIZATION", "")
        path = environ["PATH_INFO"]
        found.requests.append((path, given))
        if moved_to:
            start("302 Found", [("Location", f"{moved_to}{path}?{environ['QUERY_STRING']}")])
            return [b""]
        if user and given != expected:
            start("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="git"')])
            return [b""]
        return git(environ, start)

    server = make_server("127.0.0.1", 0, answer, handler_class=_Quiet)
    found = GitServer(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for repo in opened.values():
            repo.close()
