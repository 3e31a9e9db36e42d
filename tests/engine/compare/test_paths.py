"""Paths read provider answers and tell "unset" from "not read"."""

import pytest

from engine.compare.paths import NOT_READ, Path, first_value

PARTS = {
    "DescribeInstances": {
        "imageId": "ami-1",
        "SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}, {}],
        "Tags": [{"Key": "Name", "Value": "web"}],
    },
    "GetRolePolicies": [{"PolicyName": "logs", "PolicyDocument": "{}"}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("DescribeInstances.ImageId", "ami-1"),
        ("DescribeInstances.imageId", "ami-1"),
        ("DescribeInstances.SecurityGroups[].GroupId", ["sg-1", "sg-2"]),
        ("DescribeInstances.Tags[Key=Name].Value", "web"),
        ("DescribeInstances.Tags[Key=Owner].Value", None),
        ("DescribeInstances.KernelId", None),
        ("DescribeInstances.ImageId.Deeper", None),
        ("GetRolePolicies[PolicyName={name}].PolicyDocument", "{}"),
        ("GetBucketPolicy.Policy", NOT_READ),
    ],
)
def test_reading(path: str, value: object) -> None:
    assert Path(path).read(PARTS, {"name": "logs"}) == value


def test_the_first_part_that_was_read_counts_even_when_it_says_unset() -> None:
    assert first_value(["GetBucketPolicy.Policy", "DescribeInstances.KernelId"], PARTS) is None
    assert first_value(["GetBucketPolicy.Policy"], PARTS) is NOT_READ


@pytest.mark.parametrize("text", ["", "[Key=a]", ".a"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Path(text)
