"""The report of an incident: complete, harmless, and without names where it is to have none."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from driftguard_tui import text
from driftguard_tui.formats.export import ExportError, exported, write
from driftguard_tui.formats.incident import moments, subjects
from engine.warroom import Kind
from tests.support.reports import HOSTILE, a_report, hostile_drifts
from tests.support.rooms import a_session, said

FORMS = ("markdown", "html")


class Page(HTMLParser):
    """What a browser makes of it: its elements, its attributes and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.open: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("form", FORMS)
def test_a_report_tells_what_happened_was_decided_and_noted(tmp_path: Path, form: str) -> None:
    told = exported(a_session(tmp_path).session(), form)
    plain = re.sub(r"\s+", " ", Page(told).text if form == "html" else told.replace("\\", "").replace("<!-- -->", ""))
    for expected in (
        "INC-4711", "shop-prod", "14 Mar 2026 14:10", "Decisions", "revert at 15:00", "boris.lind@shop.example",
        "module.web.aws_security_group.front", "cidr_blocks", "0.0.0.0/0", "INC0004711", "the page came in",
        "tell the customers", "What was looked at", "Put the declared value back", "emergency fix 91%", "Ruled out"
        if form == "html" else "ruled out",
    ):  # fmt: skip
        assert expected in plain, expected


def test_the_timeline_is_in_order_and_each_event_is_there_once(tmp_path: Path) -> None:
    session = a_session(tmp_path).session()
    rows = moments(session)
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    [subject] = subjects(session)
    assert sum(row.lane in ("incidents", "alerts", "calls") for row in rows) == len(subject.drift.evidence)
    assert {"drifts", "notes", "decisions", "pins"} <= {row.lane for row in rows}


@pytest.mark.parametrize("form", FORMS)
def test_a_masked_report_names_nobody(tmp_path: Path, form: str) -> None:
    session = a_session(tmp_path).session()
    told = exported(session, form, mask=True)
    for name in ("anna", "boris", "chidi", "okafor", "203.0.113.9", "210987654321"):
        assert name not in told.casefold(), name
    assert "person-1" in told
    assert told == exported(session, form, mask=True), "the same tokens each time"
    assert text.plain("anna.keller@shop.example") == "anna.keller@shop.example"


def test_html_stands_alone_and_hostile_text_stays_text(tmp_path: Path) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    hostile = [
        said(Kind.NOTE, 10, drift=drift, text=each) for drift, each in zip(hostile_drifts(), HOSTILE, strict=False)
    ]
    room = a_session(tmp_path, *hostile, said(Kind.DECISION, 11, by=script, text=script), name=script)
    page = Page(told := exported(room.session(), "html"))
    assert page.open == []
    assert page.tags <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "br", "table", "tr", "td", "time",
        "span", "code", "pre", "b", "svg", "text", "line", "circle",
    }  # fmt: skip
    assert not [name for name in page.attributes if name.startswith("on") or name in ("href", "src", "style")]
    assert "<script>alert(1)</script>" in page.text
    assert "default-src 'none'" in told
    assert not re.search(r"https?://", re.sub(r"<p>.*?</p>|<td>.*?</td>|<pre>.*?</pre>", "", told, flags=re.DOTALL))
    assert not [character for character in told if ord(character) < 0x20 and character != "\n"]


def test_markdown_cannot_be_broken_out_of(tmp_path: Path) -> None:
    evil = "# x\n| a | <script> [click](javascript:x) @everyone ``` ![p](http://x)"
    told = exported(a_session(tmp_path, said(Kind.NOTE, 9, text=evil, by=evil), name=evil).session(), "markdown")
    assert "<script>" not in told
    assert "[click](" not in told
    assert "@everyone" not in told
    assert [line for line in told.split("\n") if line.startswith("# ")] == [told.split("\n")[0]]


def test_secrets_are_masked(tmp_path: Path) -> None:
    orders = next(drift for drift in a_report().drifts if "orders" in drift.resource.address)
    entry = said(Kind.PIN, 9, drift=orders)
    for form in FORMS:
        assert "(sensitive)" in exported(a_session(tmp_path / form, entry).session(), form)


def test_a_report_is_written_for_its_owner_and_over_nothing(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    write("x", file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ExportError, match="is there already"):
        write("y", file)
    with pytest.raises(ExportError, match="cannot be written"):
        write("y", tmp_path / "nowhere" / "report.html")
