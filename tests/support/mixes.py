"""Made-up estates of Kubernetes objects, Google Cloud resources and CloudFormation stacks, of any size, as bundles."""

import json
from pathlib import Path
from typing import Any

from tests.support.estates import ACCOUNT, REGION, write_estate

PROJECT = "shop-prod-6635"
_COMPUTE = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}"


def write_kubernetes(folder: Path, resources: int, drifts: int, per_file: int = 5_000) -> Path:
    """Deployments, services and config maps, `drifts` of them changed. Returns the folder."""
    every = max(resources // drifts, 1) if drifts else resources + 1
    (folder / "manifests").mkdir(parents=True)
    (folder / "kubernetes").mkdir()
    for start in range(0, resources, per_file):
        numbers = range(start, min(start + per_file, resources))
        pairs = [_OBJECTS[number % len(_OBJECTS)](number, number % every == every - 1) for number in numbers]
        declared = {"apiVersion": "v1", "kind": "List", "items": [manifest for manifest, _ in pairs]}
        live = {"apiVersion": "v1", "kind": "List", "items": [found for _, found in pairs]}
        (folder / "manifests" / f"{start:07d}.json").write_text(json.dumps(declared))
        (folder / "kubernetes" / f"{start:07d}.json").write_text(json.dumps(live))
    return folder


def write_google(folder: Path, resources: int, drifts: int, per_file: int = 20_000) -> Path:
    """Firewalls, buckets and topics, `drifts` of them changed. Returns the folder."""
    every = max(resources // drifts, 1) if drifts else resources + 1
    (folder / "terraform").mkdir(parents=True)
    (folder / "gcp").mkdir()
    for start in range(0, resources, per_file):
        numbers = range(start, min(start + per_file, resources))
        pairs = [_RESOURCES[number % len(_RESOURCES)](number, number % every == every - 1) for number in numbers]
        state = {
            "version": 4, "terraform_version": "1.9.2", "serial": 7, "lineage": f"bench-{start}", "outputs": {},
            "resources": [declared for declared, _ in pairs],
        }  # fmt: skip
        (folder / "terraform" / f"{start:07d}.tfstate").write_text(json.dumps(state))
        lines = "\n".join(json.dumps(asset) for _, asset in pairs)
        (folder / "gcp" / f"{start:07d}.ndjson").write_text(lines + "\n")
    return folder


def write_cloudformation(folder: Path, resources: int, drifts: int, per_stack: int = 300) -> Path:
    """Stacks of functions, queues, roles and buckets, `drifts` of them changed. Returns the folder."""
    every = max(resources // drifts, 1) if drifts else resources + 1
    (folder / "cloudformation").mkdir(parents=True)
    lists = folder / "aws" / ACCOUNT / REGION
    lists.mkdir(parents=True)
    answers: dict[str, list[dict[str, Any]]] = {}
    for start in range(0, resources, per_stack):
        stack, template, made = f"shop-{start}", {}, []
        for number in range(start, min(start + per_stack, resources)):
            kind, identity, declared, live = _STACKED[number % len(_STACKED)](number, number % every == every - 1)
            template[f"R{number}"] = {"Type": kind, "Properties": declared}
            made.append(_in_stack(stack, f"R{number}", kind, identity))
            tags = [*live.pop("Tags"), *_stack_tags(stack, f"R{number}")]
            description = {"Identifier": identity, "Properties": json.dumps({**live, "Tags": tags})}
            answers.setdefault(kind, []).append(description)
        (folder / "cloudformation" / f"{stack}.template.json").write_text(json.dumps({"Resources": template}))
        (folder / "cloudformation" / f"{stack}.resources.json").write_text(json.dumps({"StackResources": made}))
    for kind, described in answers.items():
        answer = {"TypeName": kind, "ResourceDescriptions": described}
        (lists / f"{kind.replace('::', '-')}.json").write_text(json.dumps(answer))
    return folder


def write_all(folder: Path, resources: int, drifts: int) -> Path:
    """An estate of AWS (40 %), Kubernetes (30 %) and Google (30 %) at once. Returns the folder."""
    third, changed = resources * 3 // 10, drifts * 3 // 10
    write_estate(folder / "parts" / "aws", resources - 2 * third, drifts - 2 * changed)
    write_kubernetes(folder / "parts" / "kubernetes", third, changed)
    write_google(folder / "parts" / "google", third, changed)
    for part in sorted((folder / "parts").iterdir()):
        for kind in sorted(part.iterdir()):
            target = folder / kind.name
            target.mkdir(exist_ok=True)
            for file in sorted(kind.iterdir()):
                file.rename(target / f"{part.name}-{file.name}")
            kind.rmdir()
        part.rmdir()
    (folder / "parts").rmdir()
    return folder


def _metadata(manifest: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        **manifest["metadata"], "uid": f"0319c0b2-9343-4b98-ac38-{number:012x}", "resourceVersion": str(number + 100),
        "generation": 1, "creationTimestamp": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def _deployment(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name, labels = f"web-{number}", {"app": f"web-{number}", "team": f"team-{number % 40}"}
    container = {
        "name": "web", "image": "registry.example/web:1.4.2", "ports": [{"containerPort": 8080}],
        "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "REGION", "value": "eu-west-1"}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/web"}],
    }  # fmt: skip
    volume = {"name": "config", "configMap": {"name": name}}
    manifest = {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": f"shop-{number % 200}", "labels": labels},
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container], "volumes": [volume]}},
        },
    }  # fmt: skip
    live_container = {
        **container, "image": "registry.example/web:1.4.3" if drifted else "registry.example/web:1.4.2",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}], "imagePullPolicy": "IfNotPresent",
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    }  # fmt: skip
    live = {
        **manifest, "metadata": _metadata(manifest, number),
        "spec": {
            "replicas": 3, "selector": {"matchLabels": {"app": name}}, "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "template": {
                "metadata": {"labels": labels, "creationTimestamp": None},
                "spec": {
                    "containers": [live_container], "dnsPolicy": "ClusterFirst", "restartPolicy": "Always",
                    "schedulerName": "default-scheduler", "securityContext": {}, "terminationGracePeriodSeconds": 30,
                    "volumes": [{"name": "config", "configMap": {"name": name, "defaultMode": 420}}],
                },
            },
        },
        "status": {"observedGeneration": 1, "replicas": 3, "readyReplicas": 3, "availableReplicas": 3},
    }  # fmt: skip
    return manifest, live


def _service(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"web-{number}"
    manifest = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": f"shop-{number % 200}"},
        "spec": {"selector": {"app": name}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]},
    }  # fmt: skip
    port = {"name": "http", "port": 80, "targetPort": 9090 if drifted else 8080, "protocol": "TCP"}
    live = {
        **manifest, "metadata": _metadata(manifest, number),
        "spec": {
            "selector": {"app": name}, "ports": [port], "type": "ClusterIP", "sessionAffinity": "None",
            "clusterIP": f"10.96.{number // 250 % 250}.{number % 250}", "internalTrafficPolicy": "Cluster",
            "clusterIPs": [f"10.96.{number // 250 % 250}.{number % 250}"], "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
        },
        "status": {"loadBalancer": {}},
    }  # fmt: skip
    return manifest, live


def _config_map(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    manifest = {
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": f"web-{number}", "namespace": f"shop-{number % 200}"},
        "data": {"LOG_LEVEL": "info", "POOL_SIZE": "20", "web.yaml": "listen: 8080\nworkers: 4\n" * 5},
    }  # fmt: skip
    data = {**manifest["data"], "LOG_LEVEL": "debug" if drifted else "info"}  # type: ignore[dict-item]
    return manifest, {**manifest, "metadata": _metadata(manifest, number), "data": data}


def _declared(kind: str, number: int, attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "mode": "managed", "type": kind, "name": f"r{number}",
        "provider": 'provider["registry.terraform.io/hashicorp/google"]',
        "instances": [{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []}],
    }  # fmt: skip


def _asset(kind: str, name: str, data: dict[str, Any], location: str = "global") -> dict[str, Any]:
    return {
        "name": name, "assetType": kind, "ancestors": [f"projects/{PROJECT}"], "updateTime": "2026-03-14T04:00:00Z",
        "resource": {"version": "v1", "discoveryName": kind.rpartition("/")[2], "data": data, "location": location},
    }  # fmt: skip


def _firewall(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"allow-web-{number}"
    declared = {
        "id": f"projects/{PROJECT}/global/firewalls/{name}", "name": name, "project": PROJECT, "direction": "INGRESS",
        "self_link": f"{_COMPUTE}/global/firewalls/{name}", "network": f"{_COMPUTE}/global/networks/main",
        "allow": [{"protocol": "tcp", "ports": ["443", "8443"]}, {"protocol": "icmp", "ports": []}], "deny": [],
        "source_ranges": ["10.0.0.0/8", "172.16.0.0/12"], "target_tags": ["web"], "priority": 1000, "disabled": False,
        "description": "", "log_config": [], "source_tags": [], "source_service_accounts": [],
        "target_service_accounts": [], "destination_ranges": [], "enable_logging": None,
    }  # fmt: skip
    data = {
        "id": str(10**18 + number), "name": name, "direction": "INGRESS", "priority": 1000, "disabled": False,
        "selfLink": f"{_COMPUTE}/global/firewalls/{name}", "network": f"{_COMPUTE}/global/networks/main",
        "allowed": [{"IPProtocol": "icmp"}, {"IPProtocol": "tcp", "ports": ["443", "8443"]}],
        "sourceRanges": ["172.16.0.0/12", "10.0.0.0/8", *(["0.0.0.0/0"] if drifted else [])], "targetTags": ["web"],
        "logConfig": {"enable": False}, "creationTimestamp": "2026-01-02T03:04:05.678-08:00",
    }  # fmt: skip
    link = f"//compute.googleapis.com/projects/{PROJECT}/global/firewalls/{name}"
    return _declared("google_compute_firewall", number, declared), _asset("compute.googleapis.com/Firewall", link, data)


def _bucket(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"shop-data-{number}"
    labels = {"team": f"team-{number % 40}"}
    declared = {
        "id": name, "name": name, "project": PROJECT, "location": "EUROPE-WEST1", "storage_class": "STANDARD",
        "self_link": f"https://www.googleapis.com/storage/v1/b/{name}", "url": f"gs://{name}", "labels": labels,
        "terraform_labels": labels, "effective_labels": labels, "uniform_bucket_level_access": True,
        "public_access_prevention": "enforced", "versioning": [{"enabled": True}], "force_destroy": False,
        "requester_pays": False, "default_event_based_hold": False,
    }  # fmt: skip
    data = {
        "id": name, "name": name, "kind": "storage#bucket", "location": "EUROPE-WEST1", "storageClass": "STANDARD",
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}", "labels": labels, "etag": "CAE=",
        "iamConfiguration": {
            "publicAccessPrevention": "inherited" if drifted else "enforced",
            "uniformBucketLevelAccess": {"enabled": True, "lockedTime": "2026-04-02T03:04:05.678Z"},
        },
        "versioning": {"enabled": True}, "timeCreated": "2026-01-02T03:04:05.678Z", "metageneration": "1",
    }  # fmt: skip
    link = f"//storage.googleapis.com/{name}"
    return _declared("google_storage_bucket", number, declared), _asset("storage.googleapis.com/Bucket", link, data)


def _topic(number: int, drifted: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    name = f"projects/{PROJECT}/topics/orders-{number}"
    declared = {
        "id": name, "name": f"orders-{number}", "project": PROJECT, "labels": {}, "kms_key_name": "",
        "message_retention_duration": "604800s", "terraform_labels": {}, "effective_labels": {},
        "message_storage_policy": [], "schema_settings": [],
    }  # fmt: skip
    data = {"name": name, "messageRetentionDuration": "86400s" if drifted else "604800s"}
    link = f"//pubsub.googleapis.com/{name}"
    return _declared("google_pubsub_topic", number, declared), _asset("pubsub.googleapis.com/Topic", link, data)


def _in_stack(stack: str, logical_id: str, kind: str, identity: str) -> dict[str, Any]:
    return {
        "StackName": stack, "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/1",
        "LogicalResourceId": logical_id, "PhysicalResourceId": identity, "ResourceType": kind,
        "ResourceStatus": "CREATE_COMPLETE", "Timestamp": "2026-01-02T03:04:05Z",
    }  # fmt: skip


def _stack_tags(stack: str, logical_id: str) -> list[dict[str, str]]:
    return [
        {"Key": "aws:cloudformation:stack-name", "Value": stack},
        {"Key": "aws:cloudformation:logical-id", "Value": logical_id},
        {"Key": "aws:cloudformation:stack-id", "Value": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/1"},
    ]


#: What a resource of a stack is made of: its type, its id, its properties in the template and in Cloud Control.
Stacked = tuple[str, str, dict[str, Any], dict[str, Any]]


def _function(number: int, drifted: bool) -> Stacked:
    name, tags = f"worker-{number}", [{"Key": "Team", "Value": f"team-{number % 40}"}]
    role = f"arn:aws:iam::{ACCOUNT}:role/worker"
    declared = {
        "FunctionName": name, "Runtime": "python3.12", "Handler": "app.main", "Role": role, "MemorySize": 512,
        "Timeout": 30, "Code": {"S3Bucket": "code", "S3Key": f"{name}.zip"}, "Architectures": ["arm64"], "Tags": tags,
        "Environment": {"Variables": {"LEVEL": "info", "TABLE": f"orders-{number}", "REGION": REGION}},
        "TracingConfig": {"Mode": "Active"},
        "VpcConfig": {"SubnetIds": ["subnet-2", "subnet-1"], "SecurityGroupIds": ["sg-1"]},
    }  # fmt: skip
    live = {
        "FunctionName": name, "Runtime": "python3.12", "Handler": "app.main", "Role": role, "Tags": tags,
        "MemorySize": 3008 if drifted else 512, "Timeout": 30, "Architectures": ["arm64"], "PackageType": "Zip",
        "Environment": {"Variables": {"LEVEL": "info", "TABLE": f"orders-{number}", "REGION": REGION}},
        "TracingConfig": {"Mode": "Active"}, "EphemeralStorage": {"Size": 512}, "RecursiveLoop": "Terminate",
        "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}, "Description": "",
        "Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
        "RuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
    }  # fmt: skip
    return "AWS::Lambda::Function", name, declared, live


def _stack_queue(number: int, drifted: bool) -> Stacked:
    name, tags = f"jobs-{number}", [{"Key": "Team", "Value": f"team-{number % 40}"}]
    dead = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-{number}"
    declared = {
        "QueueName": name, "VisibilityTimeout": 30, "MessageRetentionPeriod": 345600, "Tags": tags,
        "RedrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": 5}, "SqsManagedSseEnabled": True,
    }  # fmt: skip
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
    live = {
        "QueueName": name, "VisibilityTimeout": 900 if drifted else 30, "MessageRetentionPeriod": 345600, "Tags": tags,
        "RedrivePolicy": {"maxReceiveCount": 5, "deadLetterTargetArn": dead}, "SqsManagedSseEnabled": True,
        "QueueUrl": url, "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}", "DelaySeconds": 0,
        "MaximumMessageSize": 262144, "ReceiveMessageWaitTimeSeconds": 0,
    }  # fmt: skip
    return "AWS::SQS::Queue", url, declared, live


def _role(number: int, drifted: bool) -> Stacked:
    name, tags = f"worker-{number}", [{"Key": "Team", "Value": f"team-{number % 40}"}]
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    data = f"arn:aws:s3:::data-{number}/*"
    reads = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": [data]}
    basic, admin = (f"arn:aws:iam::aws:policy/{policy}" for policy in ("AWSLambdaExecute", "AdministratorAccess"))
    declared = {
        "RoleName": name, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}, "Tags": tags,
        "ManagedPolicyArns": [basic], "Description": "What the workers may do.",
        "Policies": [{"PolicyName": "reads", "PolicyDocument": {"Version": "2012-10-17", "Statement": [reads]}}],
    }  # fmt: skip
    live = {
        **declared, "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "RoleId": f"AROA{number:016d}", "Path": "/",
        "MaxSessionDuration": 3600, "ManagedPolicyArns": [basic, admin] if drifted else [basic],
        "Policies": [{"PolicyName": "reads", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {**reads, "Action": ["s3:ListBucket", "s3:GetObject"], "Resource": data},
        ]}}],
    }  # fmt: skip
    return "AWS::IAM::Role", name, declared, live


def _stack_bucket(number: int, drifted: bool) -> Stacked:
    name, tags = f"data-{number}", [{"Key": "Team", "Value": f"team-{number % 40}"}, {"Key": "Kind", "Value": "data"}]
    closed = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    declared = {
        "BucketName": name, "PublicAccessBlockConfiguration": closed, "Tags": tags,
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
        "LifecycleConfiguration": {"Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 90}]},
    }  # fmt: skip
    live = {
        **declared, "Arn": f"arn:aws:s3:::{name}", "DomainName": f"{name}.s3.amazonaws.com", "Tags": tags[::-1],
        "VersioningConfiguration": {"Status": "Suspended" if drifted else "Enabled"},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [{**encryption, "BucketKeyEnabled": False}]},
        "LifecycleConfiguration": {
            "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
            "Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 90, "Prefix": ""}],
        },
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    }  # fmt: skip
    return "AWS::S3::Bucket", name, declared, live


_OBJECTS = (_deployment, _service, _config_map)
_RESOURCES = (_firewall, _bucket, _topic)
_STACKED = (_function, _stack_queue, _role, _stack_bucket)
