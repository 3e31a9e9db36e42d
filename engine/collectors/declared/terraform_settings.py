"""What the sources of Terraform can be told: apart from what reads them, which takes its time to be imported."""

from typing import Literal

from engine.collectors.base import Settings


class StateSettings(Settings, frozen=True, kw_only=True):
    """`path` also takes `s3://BUCKET/KEY`, `gs://BUCKET/KEY` and, ending in `/`, a prefix of either;
    `azblob://ACCOUNT/CONTAINER/BLOB`, `tfc://ORGANIZATION/WORKSPACE` and `http(s)://` addresses.

    `profile`, `region` and `endpoint_url` say how a store is reached; without them, as the provider's tools would.
    `token` is a reference to a bearer token (or to a SAS token in Azure), `password` one to the password of `username`.
    `host` is another host than HCP Terraform's own. With `backend`, the folders of code in `path` are asked which
    backend keeps their states, and those are read too.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    host: str | None = None
    username: str | None = None
    password: str | None = None
    token: str | None = None
    backend: bool = False


class CodeSettings(Settings, frozen=True, kw_only=True):
    """`path` names folders of code. `time_limit` is how long one file may take to be parsed, in seconds."""

    time_limit: float = 15.0


class PlanSettings(Settings, frozen=True, kw_only=True):
    """`dir` is a folder of code in which `terraform plan -refresh-only` is run, by the program that `terraform` names.

    `timeout` is how long that may take, in seconds.
    """

    dir: str | None = None
    terraform: Literal["terraform", "tofu"] = "terraform"
    timeout: int = 1800
