"""Values of any shape as plain words."""

import pytest

from engine.correlate.values import attribute_of, key_words, words_of, words_of_code


def test_a_request_a_block_and_a_line_of_code_have_the_same_words() -> None:
    request = {"FromPort": 22, "Ranges": {"items": [{"CidrIp": "0.0.0.0/0"}]}}
    block = {"from_port": "22", "cidr_blocks": ["0.0.0.0/0"]}
    assert words_of(request) == words_of(block) == words_of_code('{ from_port = 22, cidr_blocks = ["0.0.0.0/0"] }')


@pytest.mark.parametrize("value", [True, "true", "Enabled", "ENABLED", "on"])
def test_one_word_for_yes(value: object) -> None:
    assert words_of(value) == {"true"}


def test_json_as_text_is_opened_and_nothing_has_no_words() -> None:
    assert words_of('{"a": [1, 2.0]}') == {"1", "2"}
    assert words_of([None, "", {}, []]) == frozenset()


def test_code() -> None:
    assert words_of_code("t3.medium") == {"t3.medium"}
    assert words_of_code('jsonencode({ Action = ["sqs:*"], "Effect" = "Allow" })') == {"sqs:*", "allow"}
    assert words_of_code('["arn:aws:iam::aws:policy/ReadOnlyAccess"]') == {"arn:aws:iam::aws:policy/readonlyaccess"}
    assert words_of_code(None) == words_of_code("[]") == frozenset()


def test_paths() -> None:
    assert attribute_of('a[0].tags["x.y"]') == "a.tags"
    assert key_words("tags.Owner") == {"owner"}
    assert key_words('tags["aws:x"]') == {"aws:x"}
    assert key_words("versioning[0].enabled") == frozenset()
