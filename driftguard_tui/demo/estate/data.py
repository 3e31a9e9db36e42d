"""Where data is kept: databases, tables, buckets and the key over them."""

from driftguard_tui.demo.company import BOOKING, LABELS, PAYMENTS, PROD, PROD_DUBLIN, ROUTING, TRACKING, Service
from driftguard_tui.demo.estate.networks import Network
from driftguard_tui.demo.estate.plan import Expr, Stack, plain
from driftguard_tui.demo.kit import code_of, hex_of
from driftguard_tui.demo.things.databases import Database
from driftguard_tui.demo.things.firewall import Rule, SecurityGroup
from driftguard_tui.demo.things.keeping import Key, key_policy
from driftguard_tui.demo.things.storage import (
    Bucket,
    BucketEncryption,
    BucketLifecycle,
    BucketPolicy,
    BucketPublicAccess,
    BucketVersioning,
    Expiry,
    Table,
    bucket_name,
)

ACCESS_LOGS = bucket_name("prod", "access-logs")
_TAGS = {"Service": "data", "Team": "data"}


def build_data(network: Network) -> Stack:
    """The data stack of production."""
    stack = Stack("prod/data", PROD_DUBLIN, serial=287)
    key = _add_key(stack)
    _add_databases(stack, network, key)
    _add_tables(stack)
    _add_buckets(stack, key)
    stack.output("access_logs_bucket", ACCESS_LOGS)
    return stack


def add_bucket(stack: Stack, label: str, bucket: Bucket, file: str = "buckets.tf") -> Bucket:
    """Declares a bucket and the resources that configure its parts."""
    home = stack.home
    stack.add(label, bucket, file=file)
    stack.add(label, BucketPublicAccess(home=home, bucket=bucket), file=file)
    stack.add(label, BucketEncryption(home=home, bucket=bucket), file=file)
    if bucket.versioning:
        stack.add(label, BucketVersioning(home=home, bucket=bucket), file=file)
    if bucket.lifecycle:
        stack.add(label, BucketLifecycle(home=home, bucket=bucket), file=file)
    if bucket.policy:
        stack.add(label, BucketPolicy(home=home, bucket=bucket), file=file)
    return bucket


def tls_only(name: str) -> dict[str, object]:
    """A bucket policy that refuses plain HTTP."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TLSOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _add_key(stack: Stack) -> Key:
    roles = (
        stack.home.global_arn("iam", "role/lp-prod-payments-app"),
        stack.home.global_arn("iam", "role/lp-prod-label-renderer"),
    )
    key = Key(
        home=stack.home,
        name="data",
        description="Databases and documents",
        policy=key_policy(PROD.number, *roles),
        tags={"Name": "lp-prod-data", **_TAGS},
    )
    stack.add("data", key, file="keys.tf")
    values = {
        "arn": stack.home.arn("kms", "alias/lp-prod-data"),
        "id": "alias/lp-prod-data",
        "name": "alias/lp-prod-data",
        "name_prefix": "",
        "target_key_arn": key.arn,
        "target_key_id": key.key_id,
    }
    alias = plain(stack.home, "aws_kms_alias", values, written=("name", "target_key_id"))
    stack.add("data", alias, file="keys.tf")
    return key


def _add_databases(stack: Stack, network: Network, key: Key) -> None:
    home = stack.home
    group = stack.add(
        "databases",
        SecurityGroup(
            home=home,
            name="lp-prod-databases",
            vpc=network.vpc,
            description="PostgreSQL from the service subnets",
            ingress=tuple(
                Rule(5432, subnet.cidr, description=f"Services in {subnet.zone}") for subnet in network.private
            ),
            egress=(),
            tags={"Name": "lp-prod-databases", **_TAGS},
        ),
        file="databases.tf",
    )
    values = {
        "arn": home.arn("rds", "subgrp:lp-prod-databases"),
        "description": "Managed by Terraform",
        "id": "lp-prod-databases",
        "name": "lp-prod-databases",
        "subnet_ids": [subnet.subnet_id for subnet in network.data],
        "tags": dict(_TAGS),
        "tags_all": {**home.default_tags, **_TAGS},
    }
    subnet_group = plain(home, "aws_db_subnet_group", values, written=("name", "subnet_ids", "tags"))
    stack.add(
        "databases",
        subnet_group,
        file="databases.tf",
        code={"subnet_ids": Expr("data.terraform_remote_state.network.outputs.data_subnet_ids")},
    )
    sizes = {
        BOOKING: ("db.m6g.large", 200, 800),
        TRACKING: ("db.r6g.xlarge", 500, 2000),
        PAYMENTS: ("db.m6g.xlarge", 300, 1000),
    }
    for service, (size, storage, most) in sizes.items():
        password = _add_password(stack, service)
        stack.add(
            service.name,
            Database(
                home=home,
                name=f"lp-prod-{service.name}",
                subnets=network.data,
                subnet_group="lp-prod-databases",
                groups=(group.group_id,),
                kms_key=key.arn,
                password=password,
                database=service.name,
                instance_class=size,
                storage=storage,
                max_storage=most,
                # Asked for in March; the apply that should have brought it failed half-way.
                backup_days=35 if service is PAYMENTS else 14,
                tags={"Name": f"lp-prod-{service.name}", **service.tags()},
            ),
            file="databases.tf",
        )
        dsn = f"postgres://lpadmin:{password}@lp-prod-{service.name}/{service.name}"
        stack.output(f"{service.name}_dsn", dsn, sensitive=True)


def _add_password(stack: Stack, service: Service) -> str:
    password = "Lp" + code_of("password", service.name, length=20).lower()
    values = {
        "bcrypt_hash": "$2a$10$" + hex_of("bcrypt", service.name, length=53),
        "id": "none",
        "keepers": None,
        "length": 22,
        "lower": True,
        "min_lower": 0,
        "min_numeric": 0,
        "min_special": 0,
        "min_upper": 0,
        "number": True,
        "numeric": True,
        "override_special": None,
        "result": password,
        "special": False,
        "upper": True,
    }
    generated = plain(
        stack.home,
        "random_password",
        values,
        written=("length", "special"),
        secret=("bcrypt_hash", "result"),
    )
    stack.add(service.name, generated, file="databases.tf")
    return password


def _add_tables(stack: Stack) -> None:
    tables = {
        "parcel_events": (TRACKING, "parcel_id", "at", 400, 150),
        "sessions": (BOOKING, "session_id", "", 0, 0),
        "rates": (BOOKING, "lane", "", 0, 0),
        "route_plans": (ROUTING, "depot_id", "date", 40, 20),
        "idempotency": (PAYMENTS, "key", "", 0, 0),
    }
    for label, (service, hash_key, range_key, read, write) in tables.items():
        stack.add(
            label,
            Table(
                home=stack.home,
                name="lp-prod-" + label.replace("_", "-"),
                hash_key=hash_key,
                range_key=range_key,
                read=read,
                write=write,
                tags=service.tags(),
            ),
            file="tables.tf",
        )


def _add_buckets(stack: Stack, key: Key) -> None:
    home = stack.home
    documents = bucket_name("prod", "documents")
    add_bucket(
        stack,
        "documents",
        Bucket(
            home=home,
            name=documents,
            versioning="Enabled",
            kms_key=key.arn,
            lifecycle=(Expiry("archive", 730, "labels/", archive_after=90),),
            policy=tls_only(documents),
            tags=LABELS.tags(),
        ),
    )
    exports = bucket_name("prod", "exports")
    add_bucket(
        stack,
        "exports",
        Bucket(home=home, name=exports, versioning="Enabled", kms_key=key.arn, tags=_TAGS),
    )
    proofs = bucket_name("prod", "delivery-proofs")
    add_bucket(
        stack,
        "delivery_proofs",
        Bucket(
            home=home,
            name=proofs,
            versioning="Enabled",
            kms_key=key.arn,
            policy=tls_only(proofs),
            tags=TRACKING.tags(),
        ),
    )
    add_bucket(
        stack,
        "access_logs",
        Bucket(
            home=home,
            name=ACCESS_LOGS,
            lifecycle=(Expiry("expire", 90),),
            tags={"Service": "logging", "Team": "platform"},
        ),
    )
