"""Recorded answers of the AWS API: as the CLI prints them, and as recorders write them.

A recorder wraps an answer as `{"status_code": 200, "data": {…}}` and numbers the answers to the same call. It may
have recorded its own changes in between, so of several answers about one resource the lowest number counts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.collectors.actual.aws_answers import body, flat, listed_items
from engine.collectors.actual.aws_places import Place, Surroundings, place_in, place_of_arns
from engine.collectors.base import Context
from engine.compare.paths import NOT_READ, compile_path, put_together
from engine.model import Coverage, Observed
from engine.providers import Knowledge
from engine.providers.reads import Call, Read, Reads

#: What a file's name says: `sqs.GetQueueAttributes_1`, `describe-db-instances`, `get-bucket-tagging.my-bucket`.
_RECORDER_NAME = re.compile(
    r"(?:(?P<service>[a-z0-9-]+)\.)?(?P<operation>[A-Z]\w*?)(?:_(?P<number>\d+))?(?:\.(?P<about>.+))?"
)
_CLI_NAME = re.compile(
    r"(?:(?P<service>[a-z0-9-]+?)[._-])??(?P<operation>(?:describe|get|list|batch)-[a-z0-9-]+)(?:_(?P<number>\d+))?(?:[._](?P<about>.+))?"
)
#: Recorders name a service by the host it answers from.
_SERVICES = {
    "monitoring": "cloudwatch",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "s3-control": "s3control",
    "states": "stepfunctions",
    "email": "sesv2",
    "elasticmapreduce": "emr",
}


class Name(Struct, frozen=True):
    """What a file's name tells about the answer in it."""

    service: str = ""
    operation: str = ""
    number: int = 0
    about: str = ""


class Answer(Struct):
    """One recorded answer. `error` is the code of a refusal; then `data` is empty."""

    file: Path
    name: Name
    data: dict[str, Any]
    error: str = ""


class Use(Struct, frozen=True):
    """What an answer may be of use for: a call of a native type's read."""

    native: str
    read: Read
    call: Call


class Record(Struct, eq=False):
    """One resource as it is put together: its parts, and every identity they hold."""

    file: Path
    parts: dict[str, Any]
    keys: dict[str, None]

    def goes_by(self, name: str) -> bool:
        """Whether one of its identities is, or ends in, this name."""
        return any(key == name or key.endswith((f"/{name}", f":{name}")) for key in self.keys)


class Recordings:
    """Gathers the answers of a source, and puts those of one folder together to resources."""

    def __init__(self, knowledge: Knowledge, reads: Reads, source: str, surroundings: Surroundings) -> None:
        self._knowledge = knowledge
        self._source = source
        self._surroundings = surroundings
        self._folders: dict[Path, list[Answer]] = {}
        self._uses: dict[str, list[Use]] = {}
        for native, read in reads.types.items():
            for call in read.calls:
                self._uses.setdefault(call.operation, []).append(Use(native, read, call))
        self._by_cli_name = {cli_name(operation): operation for operation in self._uses}

    def read(self, data: bytes, file: Path, context: Context) -> None:
        """Takes in one answer."""
        content = msgspec.json.decode(data, type=dict[str, Any])
        answer = Answer(file, self._name(file), content)
        if isinstance(content.get("status_code"), int) and isinstance(content.get("data"), dict):
            answer.data = _plain(content["data"])
            error = answer.data.get("Error")
            if content["status_code"] >= 400 and isinstance(error, Mapping):
                answer = Answer(file, answer.name, {}, str(error.get("Code", "unknown")))
        uses = self._fitting(answer)
        if not uses:
            context.skip(file.name, "not an answer that any known type is read from")
        elif answer.error and not any(answer.error in use.call.not_set for use in uses):
            context.skip(file.name, f"the call was refused: {answer.error}")
        else:
            self._folders.setdefault(file.parent, []).append(answer)

    def found(self, context: Context) -> Iterator[Observed | Coverage]:
        """One observation for each resource, and what the lists covered; folder by folder."""
        covered: dict[tuple[str, str], None] = {}
        for answers in self._folders.values():
            folder = _Folder(self._knowledge)
            answers.sort(key=lambda answer: (answer.name.number, answer.file))
            pairs = [(use, answer) for answer in answers for use in self._fitting(answer)]
            for use, answer in sorted(pairs, key=lambda pair: _turn(pair[0])):
                if not folder.take(use, answer):
                    context.skip(
                        answer.file.name, "it cannot be told which resource it is about; put its id in the name"
                    )
            scopes = {id(record): self._scope(read, record) for _, read, records in folder.all() for record in records}
            for use, answer in pairs:
                if use.call is use.read.listing and not use.read.is_nested and not answer.error:
                    known = {scopes[id(record)] for record in folder.records(use.native)}
                    covered.update(dict.fromkeys((use.native, extent) for extent in self._extents(use, answer, known)))
            for native, _, records in folder.all():
                for record in records:
                    yield Observed(
                        "aws", native, scopes[id(record)], record.parts, self._source, origin=record.file.name
                    )
        for native, scope in covered:
            yield Coverage("aws", native, scope, self._source)

    def _scope(self, read: Read, record: Record) -> str:
        place = place_of_arns(record.keys)
        for part in record.parts.values():
            if place.account and place.region:
                break
            place = place.or_else(place_in(part))
        if not (place.account and (place.region or read.is_global)):
            place = place.or_else(self._surroundings.of(record.file))
        if not read.is_global:
            return place.scope
        if read.region is None:
            return Place(place.account, "global").scope
        region = compile_path(read.region.path).read(record.parts)
        if region is NOT_READ:
            return Place(place.account).scope
        return Place(place.account, read.region.named.get(str(region or ""), str(region or ""))).scope

    def _extents(self, use: Use, answer: Answer, scopes: set[str]) -> Iterator[str]:
        """What a list covers: where its resources are, or where it lies when it is empty.

        A list of an account's every region covers them all; one from an unknown place covers nothing.
        """
        for scope in sorted(scopes) or [self._surroundings.of(answer.file).scope]:
            account, _, region = scope.partition("/")
            if use.read.is_global:
                region = "global" if use.read.region is None else "*"
            if account and region:
                yield f"{account}/{region}"

    def _name(self, file: Path) -> Name:
        stem = file.name.removesuffix(".gz").removesuffix(".zst").removesuffix(".json")
        recorder = _RECORDER_NAME.fullmatch(stem)
        if recorder and (recorder["service"] or recorder["operation"] in self._uses):
            return _to_name(recorder, recorder["operation"])
        cli = _CLI_NAME.fullmatch(stem)
        if cli is None:
            return Name()
        # Behind the operation may come the id: the longest known operation is what was called.
        words = cli["operation"].split("-")
        for length in range(len(words), 1, -1):
            operation = self._by_cli_name.get("-".join(words[:length]))
            if operation is not None:
                rest = "-".join(words[length:])
                return msgspec.structs.replace(_to_name(cli, operation), about=rest or cli["about"] or "")
        return Name()

    def _fitting(self, answer: Answer) -> list[Use]:
        """The calls that this may be an answer of: by the file's name, else by what is in it."""
        name = answer.name
        if name.operation:
            uses = [use for use in self._uses.get(name.operation, []) if _tells(use.call, answer)]
            service = _SERVICES.get(name.service, name.service)
            return [use for use in uses if use.read.service == service] or uses
        return [use for uses in self._uses.values() for use in uses if self._identifies(use, answer)]

    def _identifies(self, use: Use, answer: Answer) -> bool:
        """Whether the answer, taken as one of this call, holds resources with identities."""
        call, data = use.call, answer.data
        within = compile_path(call.items or call.answer or "-").part
        if within not in data or call.match or not _tells(call, answer):
            return False
        contents = listed_items(call, data) if call.items else [body(call, data, {})]
        owner = self._knowledge.owner_of(use.native)
        return owner is not None and all(
            identities(self._knowledge.types[owner].keys, {use.call.operation: content}) for content in contents
        )


class _Folder:
    """The resources that the answers of one folder tell of."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._records: dict[str, list[Record]] = {}
        self._reads: dict[str, Read] = {}
        self._by_key: dict[tuple[str, str], Record] = {}
        self._paths: dict[str, list[str]] = {}
        self._holders: dict[str, list[dict[str, Any]]] = {}

    def records(self, native: str) -> list[Record]:
        """The resources of a type."""
        return self._records.get(native, [])

    def all(self) -> Iterator[tuple[str, Read, list[Record]]]:
        """Every type with its resources."""
        return ((native, self._reads[native], records) for native, records in self._records.items())

    def take(self, use: Use, answer: Answer) -> bool:
        """Adds an answer to the resources it is about. Returns False when these cannot be told."""
        self._reads.setdefault(use.native, use.read)
        if use.call.match:
            return self._take_matched(use, answer)
        if _holds(use):
            self._holders.setdefault(use.native, []).extend(
                {use.call.part: item} for item in listed_items(use.call, answer.data)
            )
            return True
        if _lists(use):
            for item in listed_items(use.call, answer.data):
                listed = self._known(use, item) or self._add(use, answer)
                listed.parts |= self._holder(use, answer, item)
                self._put(use, item, listed)
            return True
        content = body(use.call, answer.data, {})
        record = self._told(use, answer, content) or self._named(use, answer)
        if record is None:
            return False
        asked = {
            parameter: value
            for parameter, path in use.call.given.items()
            if (value := compile_path(path).read(record.parts)) not in (None, NOT_READ)
        }
        self._put(use, body(use.call, answer.data, asked), record)
        return True

    def _holder(self, use: Use, answer: Answer, item: Mapping[str, Any]) -> dict[str, Any]:
        """The parts of what an item was listed within: the item or the file names it, or there is just one."""
        holders = self._holders.get(use.native, []) if use.call.expand else []
        if len(holders) == 1:
            return holders[0]
        for parameter, path in use.call.given.items():
            named = item.get(parameter, answer.name.about)
            found = [parts for parts in holders if named and compile_path(path).read(parts) == named]
            if len(found) == 1:
                return found[0]
        return {}

    def _take_matched(self, use: Use, answer: Answer) -> bool:
        found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for item in listed_items(use.call, answer.data):
            for key in product(*(flat([compile_path(own).within(item)]) for own in use.call.match)):
                found.setdefault(tuple(map(str, key)), []).append(item)
        records = self.records(use.native)
        for record in records:
            items = found.get(tuple(str(compile_path(of).read(record.parts)) for of in use.call.match.values()), [])
            if use.call.many:
                record.parts.setdefault(use.call.part, items)
            elif items:
                self._put(use, body(use.call, items[0], {}), record)
        return bool(records) or not found

    def _put(self, use: Use, content: Any, record: Record) -> None:
        """Adds a part, unless an earlier answer to the same call gave it."""
        record.parts.setdefault(use.call.part, content)
        self._index(use, self._identities(use, content), record)

    def _index(self, use: Use, keys: Iterable[str], record: Record) -> None:
        for key in keys:
            record.keys.setdefault(key)
            self._by_key.setdefault((use.native, key), record)

    def _add(self, use: Use, answer: Answer) -> Record:
        record = Record(answer.file, {}, {})
        self._records.setdefault(use.native, []).append(record)
        return record

    def _known(self, use: Use, content: Any) -> Record | None:
        """The resource with an identity that the content holds."""
        keys = self._identities(use, content)
        return next((self._by_key[use.native, key] for key in keys if (use.native, key) in self._by_key), None)

    def _told(self, use: Use, answer: Answer, content: Any) -> Record | None:
        """The resource that the content names: a known one, one whose name ends alike, or a new one."""
        keys = self._identities(use, content)
        known = self._known(use, content)
        if known is not None or not keys:
            return known
        tails = {re.split(r"[/:]", key)[-1] for key in keys}
        alike = [record for record in self.records(use.native) if any(map(record.goes_by, tails))]
        return alike[0] if len(alike) == 1 else self._add(use, answer)

    def _named(self, use: Use, answer: Answer) -> Record | None:
        """The resource that the file's name tells, or the only one there is."""
        records = self.records(use.native)
        about = answer.name.about
        if not about:
            return records[0] if len(records) == 1 else None
        named = [record for record in records if record.goes_by(about)]
        if named:
            return named[0] if len(named) == 1 else None
        return self._from_name(use, answer)

    def _from_name(self, use: Use, answer: Answer) -> Record | None:
        """A resource that no list tells of, made from the id in the file's name."""
        paths = [path.split(".") for path in use.call.given.values()]
        if len(paths) != 1 or len(paths[0]) != 2:
            return None
        part, name = paths[0]
        record = self._add(use, answer)
        record.parts[part] = {name: answer.name.about}
        self._index(use, (answer.name.about,), record)
        return record

    def _identities(self, use: Use, content: Any) -> tuple[str, ...]:
        """What the content is known by: the identities of its type, and the name that the call asks for."""
        if use.native not in self._paths:
            owner = self._knowledge.owner_of(use.native)
            asked_by = dict.fromkeys(next(iter(call.given.values())) for call in use.read.calls if call.given)
            self._paths[use.native] = [*(self._knowledge.types[owner].keys if owner else ()), *asked_by]
        keys = identities(self._paths[use.native], {use.call.part: content})
        asked = next(iter(use.call.given), "")
        named = content.get(asked) if isinstance(content, Mapping) else None
        return (*keys, named) if isinstance(named, str) and named else keys


def identities(paths: Iterable[str], parts: Mapping[str, Any]) -> tuple[str, ...]:
    """The identities that a resource's parts hold at these paths."""
    values = (put_together(path, lambda text: compile_path(text).read(parts)) for path in paths)
    return tuple(dict.fromkeys(value for value in values if value))


def cli_name(operation: str) -> str:
    """`DescribeDBInstances` as the command line writes it: `describe-db-instances`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", operation)
    return words.lower()


def _turn(use: Use) -> int:
    """When an answer is taken in: first what holds resources, then what lists them, then what tells more."""
    return 0 if _holds(use) else 1 if _lists(use) else 2


def _holds(use: Use) -> bool:
    """Whether the call lists what the resources of the type are listed within."""
    return (
        use.read.is_nested and use.call is not use.read.innermost and (use.call is use.read.listing or use.call.expand)
    )


def _lists(use: Use) -> bool:
    """Whether the call lists resources of the type, rather than telling more of one."""
    call = use.call
    if call is use.read.listing:
        return not use.read.is_nested
    return call is use.read.innermost or bool(call.items and not call.given and not call.match)


def _tells(call: Call, answer: Answer) -> bool:
    """Whether the answer holds the list, or the one attribute, that the call asks for."""
    if answer.error:
        return True
    if call.items and not isinstance(compile_path(call.items).within(answer.data), list):
        return False
    attribute = str(call.params.get("Attribute", ""))
    return not attribute or attribute[0].upper() + attribute[1:] in answer.data


def _to_name(match: re.Match[str], operation: str) -> Name:
    return Name(match["service"] or "", operation, int(match["number"] or 0), match["about"] or "")


def _plain(value: Any) -> Any:
    """A recorder's body with its wrapped moments as the text that the CLI would print."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("__class__") == "datetime":
        names = ("year", "month", "day", "hour", "minute", "second")
        year, month, day, hour, minute, second = (int(value.get(name) or 0) for name in names)
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    return {name: _plain(item) for name, item in value.items()}
