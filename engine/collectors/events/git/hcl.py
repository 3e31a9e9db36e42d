"""A light scan of Terraform code: which blocks there are and what their attributes say, as text.

It follows braces, brackets, strings, comments and heredocs, line by line, and evaluates nothing. Code that it does
not understand gives fewer attributes, never an error.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_BLOCK = re.compile(r'^\s*(?P<kind>[A-Za-z_][\w-]*)(?P<labels>(?:\s+(?:"[^"]*"|[\w-]+))*)\s*\{')
_ATTRIBUTE = re.compile(r"^\s*(?P<name>\"[^\"]+\"|[\w-]+)\s*=(?!=)\s*(?P<value>.*)$")
_LABEL = re.compile(r'"([^"]*)"|([\w-]+)')
_HEREDOC = re.compile(r"<<[-~]?([A-Za-z_]\w*)")
_QUIET = re.compile(r'"(?:\\.|[^"\\])*"|#.*$|//.*$|/\*.*?\*/')
_OPEN, _CLOSE = "{[(", "}])"
_TOP_LEVEL = frozenset({"resource", "data", "module"})

Blocks = dict[str, dict[str, str]]


@lru_cache(maxsize=2048)
def scan_blocks(text: str) -> Blocks:
    """Addresses (`aws_sqs_queue.jobs`, `data.aws_ami.base`, `module.web`) with their attributes as written.

    Attributes of nested blocks are named by path and place: `ingress[1].cidr_blocks`. A text in plain quotes loses
    them; a value over several lines is put on one.
    """
    blocks: Blocks = {}
    lines = iter(text.splitlines())
    for line in lines:
        match = _BLOCK.match(line)
        if match and match["kind"] in _TOP_LEVEL:
            address = _address(match["kind"], match["labels"])
            attributes: dict[str, str] = blocks.setdefault(address, {}) if address else {}
            if not _closes(line, match.end()):
                _scan_body(lines, "", attributes)
            else:
                _scan_line(line[match.end() :].rstrip().removesuffix("}"), attributes)
    return blocks


def module_calls(text: str) -> Iterator[tuple[str, str]]:
    """The local modules that the code calls, as (name, folder relative to the file)."""
    for address, attributes in scan_blocks(text).items():
        source = attributes.get("source", "")
        if address.startswith("module.") and source.startswith(("./", "../")):
            yield address.removeprefix("module."), source


def changed_attributes(old: Blocks, new: Blocks) -> dict[str, dict[str, list[str | None]]]:
    """What differs between two scans: per address, the attributes with their old and new text (None: absent)."""
    changed: dict[str, dict[str, list[str | None]]] = {}
    for address in sorted({*old, *new}):
        before, after = old.get(address), new.get(address)
        if before == after:
            continue
        before, after = before or {}, after or {}
        names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if names or (address in old) != (address in new):
            changed[address] = {name: [before.get(name), after.get(name)] for name in names}
    return changed


def _scan_body(lines: Iterator[str], prefix: str, attributes: dict[str, str]) -> None:
    """Reads lines up to the block's closing brace."""
    places: dict[str, int] = {}
    for line in lines:
        bare = _QUIET.sub('""', line).strip()
        if bare.startswith("}"):
            return
        attribute = _ATTRIBUTE.match(line)
        if attribute:
            attributes[prefix + attribute["name"].strip('"')] = _value(attribute["value"], lines)
            continue
        block = _BLOCK.match(line)
        if block is None:
            continue
        name = block["kind"]
        place = places[name] = places.get(name, -1) + 1
        inner = f"{prefix}{name}[{place}]."
        if _closes(line, block.end()):
            _scan_line(line[block.end() :].rstrip().removesuffix("}"), attributes, inner)
        else:
            _scan_body(lines, inner, attributes)


def _scan_line(text: str, attributes: dict[str, str], prefix: str = "") -> None:
    attribute = _ATTRIBUTE.match(text)
    if attribute:
        attributes[prefix + attribute["name"].strip('"')] = _plain(_without_comment(attribute["value"]))


def _value(first: str, lines: Iterator[str]) -> str:
    """A value from its first line on, up to where its brackets are closed."""
    heredoc = _HEREDOC.search(first)
    if heredoc:
        body = []
        for line in lines:
            if line.strip() == heredoc[1]:
                break
            body.append(line.strip())
        return " ".join(body)
    parts = [_without_comment(first)]
    depth = _depth(first)
    while depth > 0:
        following = next(lines, None)
        if following is None:
            break
        parts.append(_without_comment(following))
        depth += _depth(following)
    return _plain(" ".join(parts))


def _depth(line: str) -> int:
    bare = _QUIET.sub("", line)
    return sum(bare.count(char) for char in _OPEN) - sum(bare.count(char) for char in _CLOSE)


def _closes(line: str, start: int) -> bool:
    return 1 + _depth(line[start:]) <= 0


def _without_comment(line: str) -> str:
    return _QUIET.sub(lambda match: match[0] if match[0][0] == '"' else "", line)


def _plain(text: str) -> str:
    text = " ".join(text.split())
    quoted = re.fullmatch(r'"((?:\\.|[^"\\])*)"', text)
    return quoted[1] if quoted else text


def _address(kind: str, labels: str) -> str:
    names = [quoted or bare for quoted, bare in _LABEL.findall(labels)]
    if kind == "module":
        return f"module.{names[0]}" if names else ""
    if len(names) < 2:
        return ""
    return f"{names[0]}.{names[1]}" if kind == "resource" else f"data.{names[0]}.{names[1]}"
