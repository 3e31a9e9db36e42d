"""Resources: what the code declares and what the provider reports, before they are compared."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

#: Stands in a declared value, alone or within a text, for what the declaration leaves to be known later: a reference
#: that nobody could resolve, a value computed when applied. What it stands for is never compared.
UNRESOLVED = "(unresolved)"


#: Begins the native type of an observation that only passes on another's word about a resource, such as the answer of
#: CloudFormation's drift detection. It is no further resource, and counts only where the resource itself was not read.
HEARSAY = "hearsay:"


class Language(StrEnum):
    """What a declaration is written in, and so how it is held against what is live."""

    TERRAFORM = "terraform"  # attributes, by the provider tables
    PLAN = "plan"  # Terraform's own reading of both sides
    CLOUDFORMATION = "cloudformation"  # properties, by the registry's schemas
    KUBERNETES = "kubernetes"  # objects, by their fields


class Basis(StrEnum):
    """What a declaration was read from. Where several speak of one resource, the code is the declaration."""

    STATE = "state"  # what the code had made when it was last applied
    CODE = "code"  # what the code says now
    PLANNED = "planned"  # what a plan worked out that the code means, its references resolved


class ResourceRef(Struct, frozen=True, order=True):
    """Names one thing in an estate.

    `id` is the provider's own id (`sg-0a1`, an ARN, a bucket name); `type` is the declaring tool's type
    (`aws_security_group`); `scope` is an account and region (`123456789012/eu-west-1`), a project, a
    subscription or a cluster; `address` is where the code names it (`module.web.aws_instance.a[0]`), empty
    for what no code declares.
    """

    provider: str
    type: str
    id: str
    scope: str = ""
    address: str = ""
    name: str = ""


class Written(Struct, frozen=True):
    """What only Terraform code and plans tell of a declaration, for settling it with the state that the code left.

    root: the folder of the configuration. was: addresses that the resource had before (`moved`), the newest first.
    references: what each UNRESOLVED in the attributes stands for (`module.net.aws_vpc.main.id`), in the order in
    which they stand there; empty text where nothing that could be looked up. assumed: the attributes that hold on a
    variable's default, as they are without it, since whoever applies may override it. region: the region of the
    provider's configuration.
    """

    root: str = ""
    was: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    assumed: Mapping[str, Any] = {}
    region: str = ""


class Declared(Struct, frozen=True):
    """One resource as the code, or the state that the code left, says it should be.

    `keys` are further identities by which the live resource may be found (ARN, name), most exact first.
    `sensitive` holds attribute paths (`password`, `environment[0].variables.TOKEN`) whose values must never
    be shown. `ignored` holds those that the code says may move freely (`lifecycle.ignore_changes`), `*` for all.
    `known_at` is when this was last true (the time of the state), if that is known. Values may hold UNRESOLVED.
    `expected` is false for what may rightly not be there yet (an import to come, code whose state is not known): it
    is compared when it is found, and never missing.
    """

    ref: ResourceRef
    attributes: Mapping[str, Any]
    source: str
    keys: tuple[str, ...] = ()
    sensitive: frozenset[str] = frozenset()
    origin: str = ""
    known_at: datetime | None = None
    language: Language = Language.TERRAFORM
    basis: Basis = Basis.STATE
    ignored: frozenset[str] = frozenset()
    expected: bool = True
    written: Written | None = None

    @property
    def has_no_id(self) -> bool:
        """Whether only code speaks of the resource, which does not know what id the provider gave it."""
        return self.basis is Basis.CODE and not self.attributes.get("id")


class Observed(Struct, frozen=True):
    """One resource as a provider answered, still in the provider's own words.

    `native` is the provider's type (`AWS::S3::Bucket`). `parts` maps the name of an answer to its body:
    the operation for API answers (`GetBucketVersioning`), `Config` and `Config:NAME` for AWS Config's main
    and supplementary configuration, `CloudControl` for Cloud Control's properties. A part that is absent was
    not read, so what it would show is not compared; a part that is present and lacks a field says that the
    field is unset. Several observations of one resource from several sources are merged part by part.
    `changed_at` is when the provider last noted that the resource had changed, if it keeps note of that.
    """

    provider: str
    native: str
    scope: str
    parts: Mapping[str, Any]
    source: str
    observed_at: datetime | None = None
    origin: str = ""
    keys: tuple[str, ...] = ()
    sensitive: frozenset[str] = frozenset()
    changed_at: datetime | None = None


class ResourceState(Struct, frozen=True):
    """One side of a resource as it is recorded: attributes with every secret already taken out.

    `side` is `declared` or `actual`; actual attributes are in the provider's words, by part.
    """

    side: str
    ref: ResourceRef
    attributes: Mapping[str, Any]
    source: str


class Coverage(Struct, frozen=True):
    """Says that a source looked for every resource of a native type within a scope.

    Only where a type and scope are covered can a declared resource be called missing. A scope of `*`
    stands for every scope the source can see (a snapshot of unknown extent covers the scopes it names).
    """

    provider: str
    native: str
    scope: str
    source: str
