"""Recorded input: templates, and beside them the answers of `aws cloudformation`, each file known by its content."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors.base import Context, Settings
from engine.collectors.declared.cfn.declare import declare
from engine.collectors.declared.cfn.pairing import file_hints, pair
from engine.collectors.declared.cfn.stacks import Description, DriftAnswer, Export, StackResource, Stacks
from engine.collectors.declared.cfn.template import Template, read_template
from engine.collectors.declared.cfn.text import decode
from engine.collectors.files import read_bytes
from engine.errors import SourceError
from engine.model import Declared, Observed

_SUFFIXES = (".json", ".yaml", ".yml", ".template", ".cfn")
#: What a file with an answer is called behind the name of its stack, or before it.
_ANSWER_WORDS = re.compile(r"(?:^|[._ -]+)(?:describe|list|stack|resources?|summaries|aws|cloudformation)(?=[._ -]|$)")


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Declared | Observed]:
    """Yields the resources of the recorded stacks, declared by the templates that were found for them.

    Files that cannot be used are skipped with their reason. Raises SourceError when nothing can be used.
    """
    recorded = _Recorded(context)
    for file in files:
        if context.cancelled:
            return
        recorded.read(file)
    for stack, fitting in pair(recorded.stacks, recorded.templates):
        names = ", ".join(template.name for template in fitting[:3])
        context.skip(f"stack {stack.name}", f"several templates fit it ({names}); call the right one as the stack")
    recorded.tell_unused()
    if not recorded.templates and not recorded.stacks.all():
        reason = context.problems[0] if context.problems else f"check `path` of source {settings.name!r}"
        raise SourceError(f"no CloudFormation template and no answer about a stack was found; {reason}")
    yield from declare(recorded.stacks, settings.name, context)


class _Recorded:
    """Hands each part of a file to whom it is for."""

    def __init__(self, context: Context) -> None:
        self.stacks = Stacks()
        self.templates: list[Template] = []
        self._context = context

    def read(self, file: Path) -> None:
        """Reads one file, or skips it with its reason. A file that has nothing to do with CloudFormation is no news."""
        if not file.name.removesuffix(".gz").removesuffix(".zst").endswith(_SUFFIXES):
            return
        try:
            document = decode(read_bytes(file))
        except SourceError as error:
            self._context.skip(file.name, str(error).removeprefix(f"{file.name}: "))
            return
        for content in document if isinstance(document, list) else [document]:
            if isinstance(content, Mapping):
                self._take(content, file)

    def tell_unused(self) -> None:
        """Reports templates of which no stack was made as far as is known: nobody knows what they became."""
        used = [stack.template.resources for stack in self.stacks.all() if stack.template]
        for template in self.templates:
            if template.resources not in used:
                why = "no stack was found for it, so its physical ids are not known; add describe-stack-resources"
                self._context.skip(template.name, why, records=len(template.resources))

    def _take(self, content: Mapping[str, Any], file: Path) -> None:
        place, stack = str(file.parent), _stack_in(file.name)
        if "TemplateBody" in content:
            body = content["TemplateBody"]
            self._template(decode(body.encode()) if isinstance(body, str) else body, file)
        elif "Resources" in content:
            self._template(content, file)
        for key, one, add in (
            ("StackResources", StackResource, lambda item: self.stacks.add_resource(item, place, stack)),
            ("StackResourceSummaries", StackResource, lambda item: self.stacks.add_resource(item, place, stack)),
            ("StackResourceDetail", StackResource, lambda item: self.stacks.add_resource(item, place, stack)),
            ("StackResourceDrifts", DriftAnswer, lambda item: self.stacks.add_drift(item, place)),
            ("StackResourceDrift", DriftAnswer, lambda item: self.stacks.add_drift(item, place)),
            ("Stacks", Description, lambda item: self.stacks.add_description(item, place)),
            ("Exports", Export, self.stacks.add_export),
        ):
            self._items(content.get(key), one, add, file)

    def _items(self, found: Any, one: type[Any], add: Callable[[Any], None], file: Path) -> None:
        for item in found if isinstance(found, list) else [found] if isinstance(found, Mapping) else ():
            try:
                add(msgspec.convert(item, one))
            except msgspec.ValidationError as error:
                self._context.skip(file.name, f"a record is not as CloudFormation writes it ({error})")

    def _template(self, document: Any, file: Path) -> None:
        template = read_template(document, file.name, file_hints(str(file)))
        if template is not None:
            self.templates.append(template)


def _stack_in(name: str) -> str:
    """The stack that a file is named after: `orders` of `orders.stack-resources.json`."""
    stem = name.removesuffix(".gz").removesuffix(".zst").rpartition(".")[0]
    return _ANSWER_WORDS.sub("", stem).strip("._ -") or stem
