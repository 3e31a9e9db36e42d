"""A Vault on loopback that speaks the key-value engine's version 2, as far as reading a secret needs it."""

from typing import Any

from tests.support.rest_server import Reply, Request, RestServer

TOKEN = "hvs.t0ken-of-the-test"


class VaultServer(RestServer):
    """`secrets` are fields by path (`kv/shop/db`), None where the newest version was deleted."""

    def __init__(self, secrets: dict[str, dict[str, Any] | None]) -> None:
        super().__init__()
        self.secrets = secrets

    def reply(self, request: Request) -> Reply:
        if request.headers.get("X-Vault-Token") != TOKEN:
            return Reply({"errors": ["permission denied"]}, 403)
        mount, _, rest = request.path.removeprefix("/v1/").partition("/")
        path = f"{mount}/{rest.removeprefix('data/')}"
        if not rest.startswith("data/") or path not in self.secrets:
            return Reply({"errors": []}, 404)
        fields = self.secrets[path]
        metadata = {"version": 3, "deletion_time": "" if fields is not None else "2026-03-14T03:12:00Z"}
        return Reply({"data": {"data": fields, "metadata": metadata}}, 404 if fields is None else 200)
