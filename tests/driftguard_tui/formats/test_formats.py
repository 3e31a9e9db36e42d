"""The report in each of its forms."""

import json
import re

import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from driftguard_tui.formats import FORMATS, Paper, render
from driftguard_tui.formats.detail import render_drift
from driftguard_tui.formats.markdown import code, prose
from engine.model import Category, CauseGroup, Change, GroupOrigin, Level, SourceHealth, SourceRole, SourceStatus
from tests.support.report_schema import validate_report
from tests.support.sample_report import ADDRESS, HOSTILE, hostile_drift, missing_queue, opened_port, report

#: What a terminal would obey or reorder.
DANGEROUS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLING = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("paper", [Paper(), Paper(80, color=True), Paper(200, color=True)], ids=["pipe", "80", "200"])
def test_hostile_text_is_shown_as_text_in_every_form(name: str, paper: Paper) -> None:
    text = render(report(hostile_drift()), name, paper)
    assert not DANGEROUS.search(STYLING.sub("", text))


@pytest.mark.parametrize("name", FORMATS)
def test_no_form_has_colours_where_there_is_no_terminal(name: str) -> None:
    assert "\x1b" not in render(report(), name)


@pytest.mark.parametrize("name", FORMATS)
def test_every_form_can_say_that_nothing_drifted(name: str) -> None:
    text = render(structs.replace(report(), drifts=()), name)
    assert text.endswith("\n")


class TestTable:
    def test_a_line_for_each_drift_under_aligned_titles(self) -> None:
        titles, first, second, third, *_ = render(report(), "table").splitlines()
        column = titles.index("RESOURCE")
        assert first[column:].startswith(ADDRESS)
        assert second[column:].startswith("aws_sqs_queue.orders")
        assert third[column:].startswith("aws_s3_bucket scratch-東京")

    def test_says_what_who_when_and_why(self) -> None:
        line = render(report(), "table").splitlines()[1]
        for words in (
            "a1b2c3d4",
            "◆ critical",
            "modified",
            'ingress[0].cidr_blocks: ["10.0.0.0/8"] → ["0.0.0.0/0"] (+1 more)',
            "jana@shop.example (console)",
            "2026-03-14 03:12",
            "emergency fix 82%",
        ):
            assert words in line

    @pytest.mark.parametrize(
        ("declared", "actual", "words"),
        [
            (["a"] * 20, [*["a"] * 20, "b"], 'x: ["b"] added'),
            ([*["a"] * 20, "b"], ["a"] * 20, 'x: ["b"] removed'),
            (["a", "b"], ["a", "c"], 'x: ["b"] → ["c"]'),
            (["a", "b"], ["b", "a"], 'x: ["a","b"] → ["b","a"]'),
            (None, "", 'x: unset → ""'),
            ("a" * 90 + "1", "a" * 90 + "2", "x: …aaaaaaaaaaaa1 → …aaaaaaaaaaaa2"),
        ],
    )
    def test_the_difference_is_in_sight(self, declared: object, actual: object, words: str) -> None:
        drift = opened_port(changes=(Change("x", declared, actual),))
        assert f"  {words}  " in render(report(drift), "table")

    def test_a_cause_that_is_hardly_likely_is_not_named(self) -> None:
        line = render(report(missing_queue()), "table").splitlines()[1]
        assert "undetermined" in line
        assert "unauthorized" not in line

    def test_ends_with_the_totals_and_the_sources_that_did_not_go_well(self) -> None:
        *_, totals, partial, failed = render(report(), "table").splitlines()
        assert totals.startswith("3 drifts as of 14 Mar 2026 09:00 UTC: 120 declared · 119 live · 117 in sync")
        assert partial == "◐ prod (aws) partial, 2 skipped: config.json: no such key"
        assert failed == "✗ tickets (jira) failed: the token was refused"

    def test_a_drawn_table_keeps_to_the_width_of_the_terminal(self) -> None:
        drawn = render(report(sources=()), "table", Paper(80, color=True))
        rows = STYLING.sub("", drawn).splitlines()[:-1]
        assert all(len(row) <= 80 for row in rows)
        assert "jana@shop.example (console) · 2026-03-14 03:12 · emergency fix" in STYLING.sub("", drawn)


class TestJson:
    def test_keeps_the_contract(self) -> None:
        validate_report(render(report(), "json"))

    def test_gives_hostile_text_back_to_the_letter(self) -> None:
        data = validate_report(render(report(hostile_drift()), "json"))
        assert data["drifts"][0]["resource"]["name"] == HOSTILE

    def test_lines_are_drifts_and_the_last_one_is_the_scan(self) -> None:
        *drifts, last = map(json.loads, render(report(), "ndjson").splitlines())
        whole = json.loads(render(report(), "json"))
        assert drifts == whole["drifts"]
        assert last == {key: value for key, value in whole.items() if key != "drifts"}


class TestSarif:
    def test_a_result_for_each_drift_with_a_rule_for_its_kind_and_severity(self) -> None:
        [run] = json.loads(render(report(), "sarif"))["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == ["missing-high", "modified-critical", "unmanaged-low"]
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert [result["level"] for result in run["results"]] == ["error", "error", "note"]

    def test_a_result_is_located_by_its_address(self) -> None:
        [run] = json.loads(render(report(opened_port()), "sarif"))["runs"]
        [location] = run["results"][0]["locations"]
        assert location["logicalLocations"] == [{"name": "front", "fullyQualifiedName": ADDRESS, "kind": "resource"}]
        assert run["results"][0]["partialFingerprints"] == {"driftId/v1": "a1b2c3d4e5f6"}

    def test_has_what_the_standard_requires_and_its_words(self) -> None:
        data = json.loads(render(report(), "sarif"))
        assert data["version"] == "2.1.0"
        [run] = data["runs"]
        assert run["tool"]["driver"]["name"]
        for result in run["results"]:
            assert result["message"]["text"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert -1 <= result["rank"] <= 100
        [invocation] = run["invocations"]
        assert invocation["executionSuccessful"] is False
        texts = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
        assert texts[1] == "tickets (jira) failed: the token was refused"

    def test_says_that_all_went_well_only_when_it_did(self) -> None:
        good = (SourceHealth("state", "terraform_state", SourceRole.DECLARED, SourceStatus.OK),)
        [run] = json.loads(render(report(sources=good), "sarif"))["runs"]
        assert run["invocations"][0]["executionSuccessful"] is True


class TestMarkdown:
    def test_a_table_and_the_drifts_folded_below(self) -> None:
        text = render(report(), "markdown")
        assert text.startswith("## DriftGuard: 3 drifts as of 14 Mar 2026 09:00 UTC\n")
        assert f"| ◆ critical | `{ADDRESS}` | modified: `ingress[0].cidr_blocks:" in text
        assert text.count("<details>") == text.count("</details>") == 3
        assert '- ["10.0.0.0/8"]\n+ ["0.0.0.0/0"]' in text
        assert "- ✗ tickets (jira) failed: the token was refused" in text

    def test_fits_a_comment_however_much_drifted(self) -> None:
        many = [opened_port(id=f"{number:012x}") for number in range(300)]
        text = render(report(*many), "markdown")
        assert len(text) < 65_536
        assert "…and 200 more." in text

    def test_text_of_infrastructure_makes_no_markup(self) -> None:
        text = render(report(hostile_drift()), "markdown")
        html = MarkdownIt("commonmark").enable("table").render(text)
        outside_code = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
        assert html.count("<td>") == 6
        for markup in ("<img", "<a ", "<strong>b", "@team", "http://"):
            assert markup not in outside_code

    @pytest.mark.parametrize(
        ("text", "span"),
        [("a", "`a`"), ("", "`   `"), ("`", "`` ` ``"), ("a``b", "```a``b```"), ("a\nb", "`a␊b`"), (" a", "`  a `")],
    )
    def test_code_spans_hold_any_text(self, text: str, span: str) -> None:
        assert code(text) == span

    def test_prose_mentions_and_links_nobody(self) -> None:
        assert prose("ask @team at http://x.test or www.x.test") == (
            "ask @<!-- -->team at http:<!-- -->//x.test or www<!-- -->.x.test"
        )


class TestDetail:
    def test_tells_the_whole_story(self) -> None:
        text = render_drift(opened_port(), Paper())
        for words in (
            ADDRESS,
            "◆ critical · modified · drift a1b2c3d4e5f6",
            "aws_security_group sg-0a1 in 123456789012/eu-west-1",
            "Changed by jana@shop.example (a person · through the web console · as BreakGlass · from 198.51.100.7)",
            '    - ["10.0.0.0/8"]\n    + ["0.0.0.0/0"]',
            "    - (sensitive)\n    + (sensitive)",
            "emergency fix (most likely 82%, between 72% and 92%; evidence@1)",
            "emergency fix           ████████████████████░░░░  82%",
            "automated process: no service principal wrote to it in the window",
            "▪▪▪▪·  2026-03-14 03:12  cloudtrail api_call: AuthorizeSecurityGroupIngress by jana",
            "the port is open to the world",
            "1. adopt: Write the change into code (70%; needs edit; emergency-adopt)",
            "$ terraform plan -target='module.web[\"blue\"].aws_security_group.front'",
        ):
            assert words in text

    def test_says_what_else_is_possible_and_what_the_model_learned_from(self) -> None:
        drift = opened_port()
        possible = (Category.EMERGENCY_FIX, Category.UNAUTHORIZED_CHANGE)
        cause = structs.replace(drift.cause, possible=possible, learned_from="900 drifts of 20 generated estates")
        text = render_drift(structs.replace(drift, cause=cause), Paper())
        assert "possible: emergency fix, unauthorized change" in text
        assert "evidence@1 learned from 900 drifts of 20 generated estates" in text

    def test_says_plainly_what_is_not_known(self) -> None:
        text = render_drift(missing_queue(), Paper())
        assert "Nothing tells who changed it, or when" in text
        assert "undetermined (most likely 31%" in text
        assert "declared, but not there" in text

    @pytest.mark.parametrize("paper", [Paper(), Paper(80, color=True)], ids=["pipe", "terminal"])
    def test_hostile_text_is_shown_as_text(self, paper: Paper) -> None:
        assert not DANGEROUS.search(STYLING.sub("", render_drift(hostile_drift(), paper)))


def test_the_table_names_the_origins_that_drifts_share() -> None:
    shared = CauseGroup("g1", GroupOrigin.SESSION, "anna\x1b[31m, break-glass", ("a", "b", "c"), Level.HIGH, 3)
    alone = CauseGroup("g2", GroupOrigin.SESSION, "ben", ("d",), Level.LOW, 1)
    text = render(structs.replace(report(), groups=(shared, alone)), "table")
    assert "\n3 of them share 1 origin: session of anna␛[31m, break-glass (3)\n" in text
