"""What is known about CloudFormation's types: every type, the tables over it, and the user's own over those."""

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.providers import load_knowledge
from engine.providers.cloudformation import COMMON, load_registry

REGISTRY = load_registry()


def test_every_line_is_a_type() -> None:
    assert len(REGISTRY.names()) > 1500
    for name in REGISTRY.names():
        known = REGISTRY.type(name)
        assert known.type == name
        for facts in known.shape.values():
            for fact in facts.values():
                assert not fact.of or fact.of in known.shape


def test_a_type_says_what_its_schema_says() -> None:
    queue = REGISTRY.type("AWS::SQS::Queue")
    assert queue.id == ["QueueUrl"]
    assert "Arn" in queue.read_only
    assert queue.shape[""]["DelaySeconds"].default == 0
    assert queue.tags == "Tags"


def test_of_an_unknown_type_nothing_is_known() -> None:
    assert "My::Own::Type" not in REGISTRY
    assert REGISTRY.type("My::Own::Type").shape == {}


def test_tables_speak_of_types_of_the_registry() -> None:
    assert {*REGISTRY.names(), COMMON} >= REGISTRY.supplemented()


@pytest.mark.parametrize("name", sorted(REGISTRY.supplemented()))
def test_paths_of_tables_begin_with_a_property(name: str) -> None:
    supplement = REGISTRY.supplement(name)
    paths = [*supplement.lists, *supplement.keys, *supplement.defaults, *supplement.moving, *supplement.shown]
    assert all(path and not path.startswith((".", "*")) for path in paths)
    assert all(piece.of in REGISTRY for piece in supplement.pieces)


def test_own_tables_are_laid_over_fact_by_fact(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('["AWS::Logs::LogGroup"]\ndefaults = { RetentionInDays = 14 }\n')
    supplement = load_registry(tmp_path).supplement("AWS::Logs::LogGroup")
    assert supplement.defaults["RetentionInDays"] == 14
    assert "RetentionInDays" in supplement.shown


def test_own_tables_lie_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "cloudformation").mkdir()
    (tmp_path / "cloudformation" / "own.toml").write_text('["AWS::SQS::Queue"]\nmoving = ["DelaySeconds"]\n')
    assert load_knowledge(tmp_path).registry.supplement("AWS::SQS::Queue").moving == ["DelaySeconds"]


def test_a_table_that_does_not_fit_names_file_and_field(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('["AWS::Logs::LogGroup"]\nretention = 14\n')
    with pytest.raises(ConfigError, match=r"cloudformation/own\.toml: .*retention"):
        load_registry(tmp_path)
