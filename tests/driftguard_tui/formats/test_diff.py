"""How the two values of a change are held against each other."""

import json
from typing import Any

import pytest

from driftguard_tui.formats.diff import diff_lines
from engine.model import SENSITIVE, Change


def shown(declared: Any, actual: Any) -> str:
    return "\n".join(f"{sign} {line}".rstrip() for sign, line in diff_lines(Change("x", declared, actual)))


@pytest.mark.parametrize(
    ("declared", "actual", "lines"),
    [
        ("a", "b", "- a\n+ b"),
        (30, "900", "- 30\n+ 900"),
        (None, [1], "- (not set)\n+ [1]"),
        ("", "a", '- ""\n+ a'),
        (True, False, "- true\n+ false"),
        ({"b": 1, "a": 2}, {}, '- {"a":2,"b":1}\n+ {}'),
    ],
)
def test_short_values_stand_on_a_line_each(declared: Any, actual: Any, lines: str) -> None:
    assert shown(declared, actual) == lines


def policy(*actions: str) -> str:
    statement = [{"Effect": "Allow", "Action": action, "Resource": "*"} for action in actions]
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def test_of_documents_only_what_differs_is_shown() -> None:
    text = shown(policy("s3:GetObject", "s3:ListBucket", "sqs:*"), policy("s3:GetObject", "s3:*", "sqs:*"))
    assert '-       "Action": "s3:ListBucket",\n+       "Action": "s3:*",' in text
    assert "s3:GetObject" not in text


def test_of_lists_only_what_was_added_is_marked() -> None:
    read, admin = "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"
    assert shown([read], [read, admin]) == f'  [\n    "{read}",\n+   "{admin}"\n  ]'


def test_texts_are_compared_by_line() -> None:
    assert shown("one\ntwo\nthree", "one\n2\nthree") == "  one\n- two\n+ 2\n  three"


def test_documents_that_differ_in_spelling_alone_are_shown_whole() -> None:
    assert shown('{"a": "' + "x" * 80 + '"}', {"a": "x" * 80}).count("\n") == 5


def test_sensitive_values_are_not_looked_into() -> None:
    assert diff_lines(Change("x", SENSITIVE, SENSITIVE, sensitive=True)) == [("-", SENSITIVE), ("+", SENSITIVE)]
