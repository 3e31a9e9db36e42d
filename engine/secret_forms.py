"""What secrets look like, whatever name they are under: as patterns of RE2, for texts and for JSON as it stands."""

import re

import re2

#: How tokens begin that are marked as such, and what follows; the beginnings are rare enough to be looked for first.
TOKENS = (
    (r"-----BEGIN [A-Z ]*PRIVATE KEY", r""),
    (r"PuTTY-User-Key-File", r""),
    (r"LS0tLS1CRUdJTi(?:BSU0Eg|BFQyBQ|BQUklW|BPUEVO|BFTkNS)", r""),  # private keys in base64
    (r"\beyJ", r"[\w-]{8,}\.eyJ[\w-]{8,}\."),  # JSON web token
    (r"\bgh[pousr]_", r"[A-Za-z0-9]{30,}"),
    (r"\bgithub_pat_", r"\w{20,}"),
    (r"\bgl(?:pat|rt|dt|ptt|cbt|soat|ft)-", r"[\w-]{16,}"),
    (r"\bATATT3|\bATCTT3|\bATBB", r"[\w=-]{20,}"),  # Atlassian
    (r"\.atlasv1\.", r"[\w-]{40,}"),  # Terraform
    (r"\bxox[abeoprs]-|\bxapp-", r"[\w-]{10,}"),  # Slack
    (r"hooks\.slack\.com/(?:services|workflows|triggers)/", r"\w+/\w+/\w{10,}"),
    (r"discord(?:app)?\.com/api/webhooks/", r"\d+/[\w-]{30,}"),
    (r"\.webhook\.office\.com/webhookb2/", r"\S{20,}"),
    (r":AA", r"[\w-]{33}\b"),  # Telegram
    (r"\b[sr]k_(?:live|test)_|\bwhsec_", r"\w{16,}"),  # Stripe
    (r"\bSG\.", r"[\w-]{16,}\.[\w-]{32,}"),  # SendGrid
    (r"\bkey-", r"[0-9a-f]{32}\b"),  # Mailgun
    (r"\bshp(?:at|ca|pa|ss)_", r"[0-9a-fA-F]{32}"),  # Shopify
    (r"\bsk-(?:proj|svcacct|admin|ant)-", r"[\w-]{20,}"),  # OpenAI, Anthropic
    (r"T3BlbkFJ", r"\w{12,}"),  # OpenAI before
    (r"\bhf_", r"[A-Za-z0-9]{30,}"),  # Hugging Face
    (r"\bAIza", r"[\w-]{35}"),  # Google
    (r"\bya29\.", r"[\w-]{20,}"),
    (r"\bGOCSPX-", r"[\w-]{20,}"),
    (r"\b[A-Za-z0-9_~.-]{3}[78]Q~", r"[\w~.-]{30,}"),  # Azure client secret
    (r"[?&;]sig=", r"[\w%+/=-]{20,}"),  # Azure shared access signature
    (r"X-(?:Amz|Goog)-Signature=", r"[0-9a-f]{32,}"),
    (r"\bnpm_", r"[A-Za-z0-9]{30,}"),
    (r"\bpypi-AgE", r"[\w-]{20,}"),
    (r"\bdckr_[po]at_", r"[\w-]{20,}"),
    (r"\bdo[opr]_v1_", r"[0-9a-f]{40,}"),  # DigitalOcean
    (r"\bdapi", r"[0-9a-f]{32}"),  # Databricks
    (r"\bgl(?:sa|c)_", r"[\w+/=-]{24,}"),  # Grafana
    (r"\bNR(?:AK|II|JS)-", r"\w{20,}"),  # New Relic
    (r"\bhv[sbr]\.", r"[\w-]{20,}"),  # Vault
    (r"AGE-SECRET-KEY-1", r"\w+"),
    (r"\bPMAK-|\bpul-|\bsbp_|\bdt0c01\.|\bsntrys_|\brubygems_|\bpscale_(?:tkn|pw)_|\blin_api_", r"[\w.-]{20,}"),
    (r"(?:IQoJb3Jp|FwoGZXIv|FQoGZXIv)", r"[\w/+=]{40,}"),  # AWS session token
    (r"\$2[aby]\$|\$6\$|\$apr1\$", r"[\w./$]{20,}"),  # hashed passwords
)  # fmt: skip

_WORDS = (
    r"password|passwd|passphrase|pwd|secret|accountkey|sharedaccesskey|secret_?access_?key|secret_?key|api_?key"
    r"|(?:access|auth|refresh|session|security|client|bot)_?token|token|db_?pass"
)
_VALUE = r"\\*[\"']?[^\s;&\"'$<{(]{6,}"
_START = r"(?:^|[^A-Za-z])"
#: What tells a secret by what stands before it.
_TOLD = (
    r"(?i:\bbearer [\w.~+/=-]{16,}|\bbasic [A-Za-z0-9+/]{16,}=*)"
    r"|://[^/\s:@\"']*:[^/\s@\"'$]{3,}@"  # user and password in a URL
    rf"|(?i:{_START}(?:{_WORDS})\s*=\s*{_VALUE})"
    rf"|(?i:\s--?(?:[a-z]+-)*(?:{_WORDS})[ =]{_VALUE})"
    # As YAML has it; of people's sentences only what holds a digit, as words after a colon do not.
    r"|(?i:(?:password|passwd|passphrase|secret_?key|api_?key|(?:access|auth)_?token|client_?secret)[\"']?:\s+"
    r"[\"']?(?:[^\s\"'&;$<{(]{3,}\d|\d[^\s\"'&;$<{(]*[a-z])[^\s\"'&;$<{(]{2,})"
)

#: Secrets by their form, in a text.
IN_TEXT = "|".join([*(f"{begin if '|' not in begin else f'(?:{begin})'}{rest}" for begin, rest in TOKENS), _TOLD])

# In JSON a line break before a word is a backslash and a letter.
_BREAK = r"\\+[nrtbf]"
#: The same in JSON as it stands.
IN_JSON = (
    IN_TEXT.replace(r"\b", rf"(?:\b|{_BREAK})")
    .replace(_START, rf"(?:^|[^A-Za-z]|{_BREAK})")
    .replace(r"\s--?", rf"(?:\s|{_BREAK})--?")
    .replace(r":\s+", rf":(?:\s|{_BREAK})+")
    .replace(r"\s*=\s*", rf"(?:\s|{_BREAK})*=(?:\s|{_BREAK})*")
)

#: What tells at a glance that a text may hold a marked token.
HINTS = "|".join(begin.replace(r"\b", "") for begin, _ in TOKENS)

_FORMS = re2.compile(IN_TEXT.encode())
_AWS_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_HEX = re.compile(r"[0-9a-fA-F]+")


def looks_secret(value: str) -> bool:
    """Whether a text is, or holds, something that only a secret looks like."""
    if len(value) < 10:
        return False
    # As bytes: where in the text it is nobody asks, and counting characters takes longer than looking.
    return _FORMS.search(value.encode(errors="replace")) is not None or is_aws_secret(value)


def is_aws_secret(text: str) -> bool:
    """Whether a text has the form of an AWS secret access key: 40 characters of mixed case with digits, not a hash."""
    return (
        len(text) == 40
        and _AWS_SECRET.fullmatch(text) is not None
        and _HEX.fullmatch(text) is None
        and any(char.islower() for char in text)
        and any(char.isupper() for char in text)
        and any(char.isdigit() for char in text)
    )
