"""What a secret is, and that nothing of it is left."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import SENSITIVE
from engine.redact import is_secret_name, looks_secret, may_hold_secret, redact_json, redact_value
from engine.secret_places import each_looked_at

AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # the provider's own documentation example


@pytest.mark.parametrize(
    "name",
    [
        "password", "db_password", "masterUserPassword", "DB_PASS", "sessionToken", "SecretString", "secretAccessKey",
        "aws_secret_access_key", "privateKey", "private_key_pem", "credentials", "authorization", "AuthToken",
        "MY_API_KEY", "githubToken", "connection_string", "client-secret", "PGPASSWORD",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "passwordLength", "password_reset_required", "http_tokens", "HttpTokens", "nextToken", "clientToken",
        "secretArn", "secret_name", "SecretId", "accessKeyId", "authorizationType", "token_validity",
        "kms_key_id", "apiKeyId", "key_name", "passRole", "sessionName", "tags", "author", "compass", "token_url",
    ],
)  # fmt: skip
def test_names_that_only_sound_like_it(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        AWS_SECRET,
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl",
        "postgres://shop:hunter2secret@db.internal:5432/shop",
        "Server=db;User=sa;Password=hunter2secret;",
        "DefaultEndpointsProtocol=https;AccountKey=abcdefghijklmnop==",
        "ghp_" + "a1B2" * 9,
        "Authorization: Bearer abcdefghijklmnopqrstuv",
    ],
)
def test_texts_that_only_a_secret_looks_like(text: str) -> None:
    assert looks_secret(text)
    assert text not in redact_json(json.dumps({"anything": text, "list": [text]}))


@pytest.mark.parametrize(
    "text",
    [
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "arn:aws:iam::123456789012:role/shop",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
        "postgres://db.internal:5432/shop",
        "sg-0a1b2c3d",
        "mongodb://localhost",
        "",
    ],
)
def test_texts_that_are_no_secret(text: str) -> None:
    assert not looks_secret(text)


def test_clean_text_comes_back_as_it_came() -> None:
    text = '{"groupId":"sg-1",  "sessionCredentialFromConsole": "true", "HttpTokens":"optional"}'
    assert redact_json(text) == text
    assert redact_json(text.encode()) == text


def test_lists_of_names_and_values() -> None:
    value = {"environment": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "LEVEL", "value": "debug"}]}
    assert redact_value(value) == {
        "environment": [{"name": "DB_PASSWORD", "value": SENSITIVE}, {"name": "LEVEL", "value": "debug"}]
    }


def test_json_within_text_is_opened() -> None:
    outer = json.dumps({"policy": json.dumps({"password": "hunter2", "user": "shop"})})
    inner = json.loads(json.loads(redact_json(outer))["policy"])
    assert inner == {"password": SENSITIVE, "user": "shop"}


def test_credentials_go_as_a_whole_and_flags_stay() -> None:
    value = {"credentials": {"accessKeyId": "ASIA1", "sessionToken": "x"}, "manage_master_user_password": True}
    assert redact_value(value) == {"credentials": SENSITIVE, "manage_master_user_password": True}


def test_what_an_audit_log_says_of_permissions_is_no_secret() -> None:
    entry = {
        "authorization": {"scope": "/subscriptions/s", "action": "a/write", "evidence": {"role": "Owner"}},
        "authorizationInfo": [{"permission": "compute.instances.stop", "granted": True}],
    }
    assert redact_value(entry) == entry
    assert not may_hold_secret(json.dumps(entry).encode())
    header = {"authorization": {"scheme": "Bearer", "parameter": "s3cr3t"}, "Authorization": ["Basic s3cr3t"]}
    assert redact_value(header) == {"authorization": SENSITIVE, "Authorization": SENSITIVE}


def test_what_is_no_json_but_hints_at_a_secret_goes_as_a_whole() -> None:
    assert "hunter2" not in redact_json("password: hunter2")
    assert redact_json("nothing to see") == "nothing to see"


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(before=_json, after=_json, secret=st.text(string.ascii_letters + string.digits, min_size=12, max_size=30))
def test_a_secret_is_found_wherever_it_hides(before: object, after: object, secret: str) -> None:
    secret = f"zq{secret}qz"
    shapes = ({"dbPassword": secret}, {"Key": "api_token", "Value": secret}, {"x": f"https://me:{secret}@host/"})
    for shape in shapes:
        assert secret not in redact_json(json.dumps([before, {"deep": [shape]}, after]))


@given(_json)
def test_redaction_keeps_the_shape_and_is_done_once(value: object) -> None:
    once = redact_value(value)
    assert redact_value(once) == once
    assert json.loads(redact_json(json.dumps(value))) == once


def test_what_an_instance_runs_first_is_kept_out_too() -> None:
    answer = {"DescribeInstanceAttribute:userData": {"UserData": {"Value": "ZXhwb3J0IFBBU1M9aHVudGVyMg=="}}}
    assert "ZXhwb3J0" not in redact_json(json.dumps(answer))


_PIECES = st.sampled_from(
    (
        "password", "db", "Token", "api_key", "api.key", "Bearer ", "privateKey", "user-data", "Name", "Id",
        "accessKey", "key", "value", "secret", "next", "arn", "=", "hunter2hunter2", "https://", "a:b@",
        "credentials", "pass", '"', "\\", ":", "é", " ", "{", "\n", "entity", "bypass",
    )
)  # fmt: skip
_FORMS = (AWS_SECRET, "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "Password='hunter2secret'", "ghp_" + "a1B2" * 9)
_TEXTS = st.lists(_PIECES, max_size=5).map("".join) | st.sampled_from(
    [
        AWS_SECRET,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln",
        "Password='hunter2secret'",
        "ghp_" + "a1B2" * 9,
    ]
)
_HOSTILE = st.recursive(
    _TEXTS | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_TEXTS, inner, max_size=3)
        | inner.map(json.dumps)
        | inner.map(lambda value: json.dumps(value, separators=(",", ":")))
    ),
    max_leaves=8,
)


@settings(max_examples=400)
@given(_HOSTILE)
def test_what_is_passed_over_holds_nothing_that_a_closer_look_would_take_out(value: object) -> None:
    document = {"document": value}
    if redact_value(document) != document:
        for text in (json.dumps(document), json.dumps(document, separators=(",", ":"))):
            assert may_hold_secret(text.encode())


@given(st.lists(_HOSTILE, max_size=6))
def test_many_texts_looked_at_together_tell_what_each_tells_by_itself(values: list[object]) -> None:
    texts = [json.dumps({"document": value}).encode() for value in values]
    assert list(each_looked_at(texts, bytes)) == [(text, may_hold_secret(text)) for text in texts]


@pytest.mark.parametrize(
    "name",
    [
        "accessKey",
        "access_key",
        "accessKeyIdentity",
        "access_key_identity",
        "AccessKeyI",
        "credentialFromVault",
        "credential",
    ],
)
def test_what_only_begins_like_a_harmless_name_is_taken_out(name: str) -> None:
    assert is_secret_name(name)
    assert "hunter2" not in redact_json(json.dumps({name: "hunter2", "n": 1}))
    assert "hunter2" not in redact_json(json.dumps({"inner": json.dumps({name: "hunter2"})}))


@pytest.mark.parametrize("text", ["password\n=hunter22", "#!/bin/sh\npassword=hunter22", "a\tBearer hunter22hunter22"])
def test_a_line_break_hides_nothing(text: str) -> None:
    assert "hunter22" not in redact_json(json.dumps({"document": text}))
    assert "hunter22" not in redact_json(json.dumps({"inner": json.dumps({"document": text})}))


@pytest.mark.parametrize("name", ["accessKeyId", "access_key_id", "access-key-id", "sessionCredentialFromConsole"])
def test_what_every_audit_record_says_is_not_looked_at_twice(name: str) -> None:
    assert not may_hold_secret(json.dumps({name: "ASIA0000000000000061"}).encode())
