"""What of the estate's tree is on the screen, and which of it is wanted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from driftguard_tui.filters import FilterError
from driftguard_tui.matching import completions, parse
from driftguard_tui.outline import Outline
from engine.inventory import Matching, inventory
from engine.store import Stores, open_stores
from tests.support.small_estate import ACCOUNT, EUROPE, GROUP, recorded


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as stores:
        yield stores


@pytest.fixture
def outline(stores: Stores) -> Outline:
    outline = Outline()
    outline.take(inventory(stores, recorded(stores)))
    return outline


def paths(outline: Outline) -> list[tuple[str | None, ...]]:
    return [row.node.path for row in outline.rows()]


class TestOutline:
    def test_before_the_estate_is_read_there_is_nothing(self) -> None:
        assert Outline().rows() == []

    def test_at_first_only_scopes_are_there(self, outline: Outline) -> None:
        assert paths(outline) == [(EUROPE,), (f"{ACCOUNT}/global",), ("prod-cluster",)]

    def test_what_is_open_shows_what_is_below_it(self, outline: Outline, stores: Stores) -> None:
        path = (EUROPE, "", "aws_security_group", GROUP.address)
        outline.open_to(path)
        assert path not in paths(outline)
        assert outline.missing() == [path[:3]], "its resources must be read first"

        assert outline.inventory is not None
        outline.give(path[:3], outline.inventory.resources(stores, path[:3]))
        assert path in paths(outline)
        assert outline.missing() == []
        outline.open.discard((EUROPE,))
        assert len(paths(outline)) == 3

    def test_all_that_drifted_is_opened_at_once(self, outline: Outline) -> None:
        outline.open_drifted()
        assert (EUROPE, "", "aws_security_group") in paths(outline)
        assert (f"{ACCOUNT}/global", "") not in paths(outline)

    def test_what_did_not_drift_can_be_left_out(self, outline: Outline) -> None:
        outline.drifted_only = True
        assert paths(outline) == [(EUROPE,)]

    def test_what_is_open_is_remembered(self, outline: Outline) -> None:
        outline.open_drifted()
        again = Outline()
        again.recall([*outline.remember(), "no path", "{}"])
        assert again.open == outline.open


class TestMatching:
    @pytest.mark.parametrize(
        ("expression", "terms"),
        [
            ("", []),
            ("front", [Matching("front")]),
            ("type:queue !scope:eu", [Matching("queue", "type"), Matching("eu", "scope", True)]),
            ('module:"a b"', [Matching("a b", "module")]),
            ("aws:sqs", [Matching("aws:sqs")]),
        ],
    )
    def test_terms(self, expression: str, terms: list[Matching]) -> None:
        assert parse(expression) == terms

    def test_what_is_no_expression_is_refused(self) -> None:
        with pytest.raises(FilterError, match="not a regular expression"):
            parse("type:(")

    def test_fields_and_names_complete_it(self, outline: Outline) -> None:
        nodes = [row.node for row in outline.rows()]
        assert completions("sc", nodes) == ["scope:"]
        assert completions("x !scope:prod", nodes) == [r"x !scope:prod\-cluster"]
        assert completions("nothing:", nodes) == []
