"""Interfaces of API Gateway's first version."""

from tests.support.terraform.case import TEAM, Case, Made
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ARN = f"arn:aws:apigateway:{REGION}::"


_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"


def _rest_api(client: Client, name: str, _made: Made) -> Attributes:
    api = client("apigateway").create_rest_api(
        name=name, description="the shop", endpointConfiguration={"types": ["REGIONAL"]}, tags=TEAM
    )
    return {
        "id": api["id"],
        "arn": f"{_ARN}/restapis/{api['id']}",
        "name": name,
        "description": "the shop",
        "api_key_source": "HEADER",
        "binary_media_types": [],
        "body": None,
        "created_date": "2026-01-15T10:15:00Z",
        "disable_execute_api_endpoint": False,
        "endpoint_configuration": [
            {"ip_address_type": "ipv4", "types": ["REGIONAL"], "vpc_endpoint_ids": []},
        ],
        "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api['id']}",
        "fail_on_warnings": None,
        "minimum_compression_size": "",
        "parameters": None,
        "policy": "",
        "put_rest_api_mode": None,
        "root_resource_id": _root(client, api["id"]),
        **tags(TEAM),
    }


def _root(client: Client, api: str) -> str:
    found: str = client("apigateway").get_resources(restApiId=api)["items"][0]["id"]
    return found


def _patch(path: str, value: str) -> list[dict[str, str]]:
    return [{"op": "replace", "path": path, "value": value}]


def _resource(client: Client, _name: str, made: Made) -> Attributes:
    api = made["aws_api_gateway_rest_api"]
    found = client("apigateway").create_resource(
        restApiId=api["id"], parentId=api["root_resource_id"], pathPart="orders"
    )
    return {
        "id": found["id"],
        "rest_api_id": api["id"],
        "parent_id": api["root_resource_id"],
        "path_part": "orders",
        "path": "/orders",
    }


def _authorizer(client: Client, name: str, made: Made) -> Attributes:
    api = made["aws_api_gateway_rest_api"]["id"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{_FUNCTION}:authorise/invocations"
    found = client("apigateway").create_authorizer(
        restApiId=api,
        name=name,
        type="TOKEN",
        authorizerUri=uri,
        identitySource="method.request.header.Authorization",
        authorizerResultTtlInSeconds=300,
    )
    return {
        "id": found["id"],
        "arn": f"{_ARN}/restapis/{api}/authorizers/{found['id']}",
        "rest_api_id": api,
        "name": name,
        "type": "TOKEN",
        "authorizer_uri": uri,
        "authorizer_credentials": "",
        "authorizer_result_ttl_in_seconds": 300,
        "identity_source": "method.request.header.Authorization",
        "identity_validation_expression": "",
        "provider_arns": [],
    }


def _rest_stage(client: Client, _name: str, made: Made) -> Attributes:
    gateway, api, resource = (
        client("apigateway"),
        made["aws_api_gateway_rest_api"]["id"],
        made["aws_api_gateway_resource"],
    )
    at = {"restApiId": api, "resourceId": resource["id"], "httpMethod": "GET"}
    gateway.put_method(**at, authorizationType="NONE")
    gateway.put_integration(**at, type="MOCK")
    deployment = gateway.create_deployment(restApiId=api)["id"]
    gateway.create_stage(
        restApiId=api, stageName="live", deploymentId=deployment, description="live", variables={"tier": "a"}, tags=TEAM
    )
    return {
        "id": f"ags-{api}-live",
        "arn": f"{_ARN}/restapis/{api}/stages/live",
        "rest_api_id": api,
        "stage_name": "live",
        "deployment_id": deployment,
        "description": "live",
        "documentation_version": "",
        "cache_cluster_enabled": False,
        "cache_cluster_size": "",
        "client_certificate_id": "",
        "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/live",
        "invoke_url": f"https://{api}.execute-api.{REGION}.amazonaws.com/live",
        "variables": {"tier": "a"},
        "web_acl_arn": "",
        "xray_tracing_enabled": False,
        "access_log_settings": [],
        "canary_settings": [],
        **tags(TEAM),
    }


def _usage_plan(client: Client, name: str, _made: Made) -> Attributes:
    plan = client("apigateway").create_usage_plan(
        name=name,
        description="partners",
        throttle={"burstLimit": 20, "rateLimit": 10.0},
        quota={"limit": 1000, "offset": 0, "period": "DAY"},
        tags=TEAM,
    )["id"]
    return {
        "id": plan,
        "arn": f"{_ARN}/usageplans/{plan}",
        "name": name,
        "description": "partners",
        "product_code": "",
        "api_stages": [],
        "quota_settings": [{"limit": 1000, "offset": 0, "period": "DAY"}],
        "throttle_settings": [{"burst_limit": 20, "rate_limit": 10}],
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_api_gateway_rest_api",
        _rest_api,
        (
            (
                lambda client, state: client("apigateway").update_rest_api(
                    restApiId=state["id"], patchOperations=_patch("/description", "any shop")
                ),
                {"description": ("the shop", "any shop")},
            ),
            (
                lambda client, state: client("apigateway").update_rest_api(
                    restApiId=state["id"], patchOperations=_patch("/disableExecuteApiEndpoint", "true")
                ),
                {"disable_execute_api_endpoint": (False, True)},
            ),
        ),
        lambda client, state: client("apigateway").delete_rest_api(restApiId=state["id"]),
    ),
    # The fake cannot change a resource.
    Case("aws_api_gateway_resource", _resource, ()),
    Case(
        "aws_api_gateway_authorizer",
        _authorizer,
        (
            (
                lambda client, state: client("apigateway").update_authorizer(
                    restApiId=state["rest_api_id"],
                    authorizerId=state["id"],
                    patchOperations=[
                        *_patch("/authorizerResultTtlInSeconds", "0"),
                        *_patch("/identitySource", "method.request.header.Token"),
                    ],
                ),
                {
                    "authorizer_result_ttl_in_seconds": (300, 0),
                    "identity_source": ("method.request.header.Authorization", "method.request.header.Token"),
                },
            ),
        ),
    ),
    Case(
        "aws_api_gateway_stage",
        _rest_stage,
        (
            (
                lambda client, state: client("apigateway").update_stage(
                    restApiId=state["rest_api_id"],
                    stageName=state["stage_name"],
                    patchOperations=[*_patch("/variables/tier", "b"), *_patch("/tracingEnabled", "true")],
                ),
                {"variables.tier": ("a", "b"), "xray_tracing_enabled": (False, True)},
            ),
        ),
    ),
    Case(
        "aws_api_gateway_usage_plan",
        _usage_plan,
        (
            (
                lambda client, state: client("apigateway").update_usage_plan(
                    usagePlanId=state["id"],
                    patchOperations=[*_patch("/throttle/burstLimit", "500"), *_patch("/quota/limit", "9000")],
                ),
                {"throttle_settings[0].burst_limit": (20, 500), "quota_settings[0].limit": (1000, 9000)},
            ),
        ),
        lambda client, state: client("apigateway").delete_usage_plan(usagePlanId=state["id"]),
    ),
]
