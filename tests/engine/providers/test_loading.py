"""Tables are found without being decoded, and say the same as when they are."""

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.providers import load_knowledge
from engine.providers.loading import shipped


def test_what_is_picked_out_of_the_files_is_what_they_say() -> None:
    knowledge = load_knowledge()
    assert set(knowledge.types) == set(shipped()) == set(knowledge.providers)
    for name, rule in knowledge.types.items():
        if not rule.like:
            assert (name in knowledge.by_native[rule.native], shipped()[name].native) == (True, rule.native)


def test_a_native_type_belongs_to_the_provider_of_its_declared_types() -> None:
    knowledge = load_knowledge()
    assert knowledge.provider_of("AWS::S3::Bucket") == "aws"
    assert knowledge.provider_of("compute.googleapis.com/Firewall") == "gcp"
    assert knowledge.provider_of("AWS::Not::There") is None
    assert knowledge.owner_of("AWS::S3::Bucket") == "aws_s3_bucket"
    assert {rule.native.partition("::")[0] for rule in knowledge.rules("aws")} == {"AWS"}


def test_own_tables_go_before_the_shipped_ones(tmp_path: Path) -> None:
    folder = tmp_path / "aws"
    folder.mkdir()
    (folder / "ours.toml").write_text(
        '[aws_s3_bucket]\nnative = "AWS::S3::Bucket"\nservice = "our bucket"\n'
        '[ours_thing]\nnative = "Ours::Thing"\n'
        '[ours_twin]\nnative = "Ours::Twin"\nlike = "ours_thing"\n'
    )
    knowledge = load_knowledge(tmp_path)
    assert knowledge.types["aws_s3_bucket"].service == "our bucket"
    assert knowledge.owners_of("Ours::Thing") == ["ours_thing"]
    assert knowledge.types["ours_twin"].native == "Ours::Thing"
    assert "aws_sqs_queue" in knowledge.types
    assert load_knowledge().types["aws_s3_bucket"].service != "our bucket"


def test_a_table_like_one_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "ours.toml").write_text('[ours_twin]\nnative = "Ours::Twin"\nlike = "ours_thing"\n')
    with pytest.raises(ConfigError, match="ours_thing"):
        load_knowledge(tmp_path)
