"""Accepting what is live and undeclared."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.accepting import accept
from engine.collectors.base import Context, Settings
from engine.config import Config, SourceConfig
from engine.model import Declared, Language, Observed, ResourceRef, SourceRole
from engine.store import open_stores

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"


class _Configured(SourceConfig, frozen=True, kw_only=True):
    collector: Any

    def build(self) -> Any:
        return self.collector


class _Stack:
    def collect(self, context: Context) -> Iterator[Declared]:
        ref = ResourceRef("aws", "AWS::SQS::Queue", URL, "123456789012/eu-west-1", "shop/Jobs")
        yield Declared(ref, {"QueueName": "jobs"}, "stack", language=Language.CLOUDFORMATION)


class _Asking:
    """A live source that reads just what is declared, as Cloud Control is read."""

    def collect(self, context: Context) -> Iterator[Observed]:
        for item in context.declared(Language.CLOUDFORMATION):
            properties = {"QueueName": "jobs", "QueueUrl": item.ref.id, "VisibilityTimeout": 45}
            parts = {"CloudControlId": item.ref.id, "CloudControl": properties}
            yield Observed("aws", item.ref.type, item.ref.scope, parts, "live")


def configured(name: str, role: SourceRole, collector: object) -> SourceConfig:
    settings = Settings(name=name, kind="any")
    return _Configured(name=name, kind="any", role=role, key=name, settings=settings, collector=collector)


def test_a_live_source_is_told_what_is_declared_when_a_baseline_is_taken(tmp_path: Path) -> None:
    sources = (configured("stack", SourceRole.DECLARED, _Stack()), configured("live", SourceRole.ACTUAL, _Asking()))
    config = Config(name="shop", base=tmp_path, store=tmp_path / "store", sources=sources)

    with open_stores(config.store) as stores:
        done = accept(config, stores, by="ana")
        [accepted] = stores.ledger.baseline("shop")

    assert (done.declared, done.values) == (1, 1)
    assert accepted.values == {"VisibilityTimeout": 45}
