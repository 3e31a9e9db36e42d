"""Cloud Asset Inventory on loopback, for the real SDK: over gRPC and over REST, with pages, refusals and failures."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import grpc
from google.cloud import asset_v1
from google.protobuf.json_format import ParseDict

_REST_STATUS = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


class RefusalError(Exception):
    """What the service answers instead of a page. `BREAK` closes the connection in the middle of the answer."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class FakeInventory:
    """The service's state. `faults` are met by the next requests, one each: a code, or seconds to wait for the answer.

    denied: methods, or kinds of content, that nobody may ask for. requests: what was asked, in order.
    """

    def __init__(self, assets: list[dict[str, Any]], page: int = 3) -> None:
        self.assets = assets
        self.page = page
        self.faults: list[str | float] = []
        self.denied: set[str] = set()
        self.requests: list[dict[str, Any]] = []

    def list_assets(self, parent: str, content: str, types: list[str], token: str, size: int) -> dict[str, Any]:
        """A page of `ListAssets`."""
        self._meet({"method": "ListAssets", "scope": parent, "content": content, "token": token})
        field = "iamPolicy" if content == "IAM_POLICY" else "resource"
        found = [
            {name: value for name, value in asset.items() if name not in ("iamPolicy", "resource") or name == field}
            for asset in self.assets
            if field in asset and (not types or asset["assetType"] in types)
        ]
        return self._page("assets", found, token, size)

    def search(self, scope: str, types: list[str], token: str, size: int) -> dict[str, Any]:
        """A page of `SearchAllResources`."""
        self._meet({"method": "SearchAllResources", "scope": scope, "content": "", "token": token})
        found = [
            {
                "name": asset["name"],
                "assetType": asset["assetType"],
                "project": next((text for text in asset.get("ancestors", ()) if text.startswith("projects/")), ""),
                "labels": asset.get("resource", {}).get("data", {}).get("labels", {}),
            }
            for asset in self.assets
            if not types or asset["assetType"] in types
        ]
        return self._page("results", found, token, size)

    def _meet(self, request: dict[str, Any]) -> None:
        self.requests.append(request)
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, str):
                raise RefusalError(fault)
            time.sleep(fault)
        for what in (request["method"], request["content"]):
            if what in self.denied:
                raise RefusalError("PERMISSION_DENIED", f"The caller does not have permission for {what}")

    def _page(self, name: str, found: list[dict[str, Any]], token: str, size: int) -> dict[str, Any]:
        start = int(token or 0)
        end = start + min(self.page, size or self.page)
        return {name: found[start:end], "nextPageToken": str(end) if end < len(found) else ""}


@contextmanager
def rest_server(inventory: FakeInventory) -> Iterator[str]:
    """Serves it over REST; gives the endpoint."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = parse_qs(url.query)
            token, size = query.get("pageToken", [""])[0], int(query.get("pageSize", ["0"])[0])
            types = query.get("assetTypes", [])
            try:
                if url.path.endswith(":searchAllResources"):
                    scope = url.path.removeprefix("/v1/").removesuffix(":searchAllResources")
                    answer = inventory.search(scope, types, token, size)
                else:
                    scope = url.path.removeprefix("/v1/").removesuffix("/assets")
                    content = query.get("contentType", ["RESOURCE"])[0]
                    content = {"1": "RESOURCE", "2": "IAM_POLICY"}.get(content, content)
                    answer = inventory.list_assets(scope, content, types, token, size)
            except RefusalError as error:
                if error.code == "BREAK":
                    self._send(200, {"assets": []}, promised=1000)
                    self.close_connection = True
                    return
                status = _REST_STATUS[error.code]
                self._send(status, {"error": {"code": status, "message": str(error), "status": error.code}})
                return
            self._send(200, answer)

        def _send(self, status: int, body: dict[str, Any], promised: int = 0) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(promised or len(content)))
            # Headers and body in one segment: apart, each answer waits for the client's acknowledgement.
            self._headers_buffer.append(b"\r\n" + content)
            self.flush_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def grpc_server(inventory: FakeInventory) -> Iterator[str]:
    """Serves it over gRPC; gives the endpoint."""

    def guarded(answer: Any, response: Any) -> Any:
        def handle(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return response.wrap(ParseDict(answer(request), response.pb(response())))
            except RefusalError as error:
                code = "UNAVAILABLE" if error.code == "BREAK" else error.code
                context.abort(grpc.StatusCode[code], str(error))

        return handle

    def list_assets(request: Any) -> dict[str, Any]:
        content = asset_v1.ContentType(request.content_type).name
        return inventory.list_assets(
            request.parent, content, list(request.asset_types), request.page_token, request.page_size
        )

    def search(request: Any) -> dict[str, Any]:
        return inventory.search(request.scope, list(request.asset_types), request.page_token, request.page_size)

    methods = {
        "ListAssets": (list_assets, asset_v1.ListAssetsRequest, asset_v1.ListAssetsResponse),
        "SearchAllResources": (search, asset_v1.SearchAllResourcesRequest, asset_v1.SearchAllResourcesResponse),
    }
    handlers = {
        name: grpc.unary_unary_rpc_method_handler(
            guarded(answer, response), request_deserializer=request.deserialize, response_serializer=response.serialize
        )
        for name, (answer, request, response) in methods.items()
    }
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("google.cloud.asset.v1.AssetService", handlers),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
