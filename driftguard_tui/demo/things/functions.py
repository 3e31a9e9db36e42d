"""Lambda functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from driftguard_tui.demo.kit import hex_of, number_of, pairs, uuid_of
from driftguard_tui.demo.things.base import Recorded


@dataclass(frozen=True, kw_only=True)
class Function(Recorded):
    """A Lambda function. AWS Config does not record its environment; Cloud Control answers it."""

    terraform_type = "aws_lambda_function"
    native = "AWS::Lambda::Function"
    arguments = (
        "function_name", "description", "role", "handler", "runtime", "memory_size", "timeout", "s3_bucket",
        "s3_key", "environment", "reserved_concurrent_executions", "tracing_config", "tags",
    )  # fmt: skip

    name: str
    role: str
    description: str
    runtime: str = "python3.12"
    handler: str = "app.handler"
    memory: int = 256
    timeout: int = 30
    environment: Mapping[str, str] = field(default_factory=dict)
    concurrency: int = -1
    tracing: str = "Active"
    bucket: str = ""

    @property
    def sensitive(self) -> tuple[str, ...]:
        named = "WEBHOOK_SECRET" in self.environment
        return ("environment[0].variables[WEBHOOK_SECRET]",) if named else ()

    def attributes(self) -> dict[str, Any]:
        arn = self.home.arn("lambda", f"function:{self.name}")
        invoke = f"arn:aws:apigateway:{self.home.region}:lambda:path/2015-03-31/functions/{arn}/invocations"
        return {
            "architectures": ["x86_64"],
            "arn": arn,
            "code_signing_config_arn": "",
            "dead_letter_config": [],
            "description": self.description,
            "environment": [{"variables": dict(self.environment)}] if self.environment else [],
            "ephemeral_storage": [{"size": 512}],
            "file_system_config": [],
            "filename": None,
            "function_name": self.name,
            "handler": self.handler,
            "id": self.name,
            "image_config": [],
            "image_uri": "",
            "invoke_arn": invoke,
            "kms_key_arn": "",
            "last_modified": self._modified(),
            "layers": [],
            "logging_config": [
                {
                    "application_log_level": "",
                    "log_format": "Text",
                    "log_group": f"/aws/lambda/{self.name}",
                    "system_log_level": "",
                }
            ],
            "memory_size": self.memory,
            "package_type": "Zip",
            "publish": False,
            "qualified_arn": f"{arn}:$LATEST",
            "reserved_concurrent_executions": self.concurrency,
            "role": self.role,
            "runtime": self.runtime,
            "s3_bucket": self.bucket,
            "s3_key": f"{self.name}/build-{1000 + number_of(self.name, below=9000)}.zip",
            "s3_object_version": None,
            "signing_job_arn": "",
            "skip_destroy": False,
            "source_code_hash": self._code_hash(),
            "source_code_size": 184_000 + number_of("size", self.name, below=900_000),
            **self.tag_attributes(),
            "timeout": self.timeout,
            "timeouts": None,
            "tracing_config": [{"mode": self.tracing}],
            "version": "$LATEST",
            "vpc_config": [],
        }

    def config_item(self) -> dict[str, Any]:
        reserved = {"reservedConcurrentExecutions": self.concurrency}
        concurrency = {} if self.concurrency < 0 else {"Concurrency": reserved}
        return self.recorded_item(
            self.name,
            self.name,
            {
                "functionName": self.name,
                "functionArn": self.arn,
                "runtime": self.runtime,
                "role": self.role,
                "handler": self.handler,
                "codeSize": self.attributes()["source_code_size"],
                "description": self.description,
                "timeout": self.timeout,
                "memorySize": self.memory,
                "lastModified": self._modified(),
                "codeSha256": self._code_hash(),
                "version": "$LATEST",
                "tracingConfig": {"mode": self.tracing},
                "revisionId": uuid_of("revision", self.name),
                "layers": [],
                "state": {"value": "Active"},
                "lastUpdateStatus": {"value": "Successful"},
                "fileSystemConfigs": [],
                "packageType": "Zip",
                "architectures": ["x86_64"],
                "ephemeralStorage": {"size": 512},
            },
            {"Tags": self.shown_tags, **concurrency},
        )

    def cloud_control(self) -> dict[str, Any]:
        reserved = {} if self.concurrency < 0 else {"ReservedConcurrentExecutions": self.concurrency}
        return {
            "FunctionName": self.name,
            "Arn": self.arn,
            "Architectures": ["x86_64"],
            "Description": self.description,
            "EphemeralStorage": {"Size": 512},
            "Handler": self.handler,
            "MemorySize": self.memory,
            "PackageType": "Zip",
            **reserved,
            "Role": self.role,
            "Runtime": self.runtime,
            "Timeout": self.timeout,
            "TracingConfig": {"Mode": self.tracing},
            "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.name}"},
            **({"Environment": {"Variables": dict(self.environment)}} if self.environment else {}),
            "Tags": pairs(self.shown_tags, "Key", "Value"),
        }

    def _modified(self) -> str:
        return (self.touched or self.created).strftime("%Y-%m-%dT%H:%M:%S.000+0000")

    def _code_hash(self) -> str:
        return hex_of("code", self.home, self.name, length=42) + "8="
