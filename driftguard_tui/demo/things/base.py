"""What a thing of the estate is: one set of facts, told once as Terraform tells them and once as AWS does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from driftguard_tui.demo.company import Home
from driftguard_tui.demo.kit import iso_millis, when

#: When most of the estate was built.
BUILT = when("2025-10-20 09:12:31")
#: How long after a change AWS Config records it.
_CAPTURE_DELAY = timedelta(seconds=97)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that Terraform declares.

    `terraform_type` is its type there. `arguments` lists the attributes that somebody wrote in the code; the
    other attributes are computed by the provider. What the provider shows of it is told by subclasses of
    `Recorded`; a thing that is none is either a piece of one or of a type that nothing here records.
    """

    terraform_type: ClassVar[str]
    arguments: ClassVar[tuple[str, ...]] = ()
    schema_version: ClassVar[int] = 0

    home: Home
    tags: Mapping[str, str] = field(default_factory=dict)

    def attributes(self) -> dict[str, Any]:
        """The attributes as the state file holds them."""
        raise NotImplementedError

    @property
    def sensitive(self) -> tuple[str, ...]:
        """The attributes whose values are secret, as `password` or `environment[0].variables[TOKEN]`."""
        return ()

    @property
    def all_tags(self) -> dict[str, str]:
        """The default tags of the provider and its own, in the order of their names as AWS answers them."""
        return dict(sorted({**self.home.default_tags, **self.tags}.items()))

    def tag_attributes(self) -> dict[str, Any]:
        """`tags` and `tags_all`."""
        return {"tags": dict(self.tags), "tags_all": self.all_tags}


@dataclass(frozen=True, kw_only=True)
class Recorded(Thing):
    """A thing that the provider itself knows, by the native type.

    `live_tags` replaces the tags that AWS shows, once somebody has changed them there. `touched` is when the
    live resource last changed; AWS Config captured it a little later.
    """

    native: ClassVar[str]
    is_global: ClassVar[bool] = False

    created: datetime = BUILT
    touched: datetime | None = None
    live_tags: Mapping[str, str] | None = None

    @property
    def arn(self) -> str:
        """The ARN."""
        return str(self.attributes()["arn"])

    @property
    def shown_tags(self) -> dict[str, str]:
        """The tags that AWS answers."""
        return self.all_tags if self.live_tags is None else dict(sorted(self.live_tags.items()))

    def config_item(self) -> dict[str, Any] | None:
        """The item that AWS Config records, None where it records none."""
        return None

    def cloud_control(self) -> dict[str, Any] | None:
        """The properties that Cloud Control answers, None where this estate's owners did not ask for them."""
        return None

    def recorded_item(
        self,
        resource_id: str,
        name: str | None,
        configuration: dict[str, Any],
        supplementary: dict[str, Any] | None = None,
        zone: str = "Not Applicable",
        native: str | None = None,
    ) -> dict[str, Any]:
        """The envelope that AWS Config puts around a configuration."""
        captured = self.touched + _CAPTURE_DELAY if self.touched else self.created
        return {
            "configurationItemVersion": "1.3",
            "configurationItemCaptureTime": iso_millis(captured),
            "configurationStateId": str(int(captured.timestamp() * 1000)),
            "awsAccountId": self.home.account.number,
            "configurationItemStatus": "OK" if self.touched else "ResourceDiscovered",
            "resourceType": native or self.native,
            "resourceId": resource_id,
            "resourceName": name,
            "ARN": self.arn,
            "awsRegion": "global" if self.is_global else self.home.region,
            "availabilityZone": zone,
            "configurationStateMd5Hash": "",
            "resourceCreationTime": iso_millis(self.created),
            "tags": self.shown_tags,
            "relatedEvents": [],
            "relationships": [],
            "configuration": configuration,
            "supplementaryConfiguration": supplementary or {},
            "recordingFrequency": "CONTINUOUS",
        }


@dataclass(frozen=True, kw_only=True)
class Plain(Thing):
    """A declared thing of a type that no source of this estate records: kept as the attributes it has."""

    declared_type: str
    values: Mapping[str, Any]
    secret: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    def attributes(self) -> dict[str, Any]:
        return dict(self.values)

    @property
    def sensitive(self) -> tuple[str, ...]:
        return self.secret
