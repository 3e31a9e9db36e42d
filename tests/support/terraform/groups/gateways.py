"""Interfaces: API Gateway in both versions, AppSync."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, unset
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


def _api(client: Client, name: str, _made: Made) -> Attributes:
    found = client("apigatewayv2").create_api(
        Name=name,
        ProtocolType="HTTP",
        Description="the shop",
        CorsConfiguration={"AllowOrigins": ["https://shop.example"], "AllowMethods": ["GET"], "MaxAge": 60},
        Tags=TEAM,
    )["ApiId"]
    return {
        "id": found,
        "arn": f"{_ARN}/apis/{found}",
        "name": name,
        "protocol_type": "HTTP",
        "description": "the shop",
        "api_endpoint": f"https://{found}.execute-api.{REGION}.amazonaws.com",
        "api_key_selection_expression": "$request.header.x-api-key",
        "body": None,
        "cors_configuration": [
            {
                "allow_credentials": False,
                "allow_headers": [],
                "allow_methods": ["GET"],
                "allow_origins": ["https://shop.example"],
                "expose_headers": [],
                "max_age": 60,
            }
        ],
        "disable_execute_api_endpoint": False,
        "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{found}",
        "fail_on_warnings": None,
        "ip_address_type": "ipv4",
        "route_selection_expression": "$request.method $request.path",
        "version": "",
        **unset("credentials_arn route_key target", None),
        **tags(TEAM),
    }


def _integration(client: Client, _name: str, made: Made) -> Attributes:
    api = made["aws_apigatewayv2_api"]["id"]
    found = client("apigatewayv2").create_integration(
        ApiId=api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri="https://backend.example/orders",
        PayloadFormatVersion="1.0",
        TimeoutInMillis=10000,
    )["IntegrationId"]
    return {
        "id": found,
        "api_id": api,
        "integration_type": "HTTP_PROXY",
        "integration_method": "GET",
        "integration_uri": "https://backend.example/orders",
        "payload_format_version": "1.0",
        "timeout_milliseconds": 10000,
        "connection_type": "INTERNET",
        "request_parameters": {},
        "request_templates": {},
        "response_parameters": [],
        "tls_config": [],
        **unset("connection_id content_handling_strategy credentials_arn description integration_subtype"),
        **unset("integration_response_selection_expression passthrough_behavior template_selection_expression"),
    }


def _route(client: Client, _name: str, made: Made) -> Attributes:
    api, target = made["aws_apigatewayv2_api"]["id"], f"integrations/{made['aws_apigatewayv2_integration']['id']}"
    found = client("apigatewayv2").create_route(
        ApiId=api, RouteKey="GET /orders", Target=target, AuthorizationType="NONE"
    )["RouteId"]
    return {
        "id": found,
        "api_id": api,
        "route_key": "GET /orders",
        "target": target,
        "authorization_type": "NONE",
        "authorization_scopes": [],
        "authorizer_id": "",
        "api_key_required": False,
        "request_models": {},
        "request_parameter": [],
        **unset("model_selection_expression operation_name route_response_selection_expression"),
    }


def _v2_stage(client: Client, _name: str, made: Made) -> Attributes:
    api = made["aws_apigatewayv2_api"]["id"]
    client("apigatewayv2").create_stage(
        ApiId=api, StageName="live", AutoDeploy=True, StageVariables={"tier": "a"}, Tags=TEAM
    )
    return {
        "id": "live",
        "arn": f"{_ARN}/apis/{api}/stages/live",
        "api_id": api,
        "name": "live",
        "auto_deploy": True,
        "client_certificate_id": "",
        "deployment_id": "",
        "description": "",
        "execution_arn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/live",
        "invoke_url": f"https://{api}.execute-api.{REGION}.amazonaws.com/live",
        "stage_variables": {"tier": "a"},
        "access_log_settings": [],
        "default_route_settings": [
            {
                "data_trace_enabled": False,
                "detailed_metrics_enabled": False,
                "logging_level": "",
                "throttling_burst_limit": 0,
                "throttling_rate_limit": 0,
            }
        ],
        "route_settings": [],
        **tags(TEAM),
    }


def _replace_stage(client: Client, state: Attributes) -> None:
    """The fake cannot change a stage."""
    client("apigatewayv2").delete_stage(ApiId=state["api_id"], StageName="live")
    client("apigatewayv2").create_stage(
        ApiId=state["api_id"], StageName="live", AutoDeploy=False, StageVariables={"tier": "b"}, Tags=TEAM
    )


def _graphql_api(client: Client, name: str, _made: Made) -> Attributes:
    api = client("appsync").create_graphql_api(name=name, authenticationType="API_KEY", xrayEnabled=True, tags=TEAM)[
        "graphqlApi"
    ]
    return {
        "id": api["apiId"],
        "arn": api["arn"],
        "name": name,
        "api_type": "GRAPHQL",
        "authentication_type": "API_KEY",
        "introspection_config": "ENABLED",
        "merged_api_execution_role_arn": "",
        "query_depth_limit": 0,
        "resolver_count_limit": 0,
        "schema": None,
        "uris": api["uris"],
        "visibility": "GLOBAL",
        "xray_enabled": True,
        **unset("additional_authentication_provider enhanced_metrics_config lambda_authorizer_config", []),
        **unset("log_config openid_connect_config user_pool_config", []),
        **tags(TEAM),
    }


def _v2(operation: str, **given: str) -> Any:
    """Acts on what lies in an API: `given` names the parameter and the attribute that it is taken from."""

    def act(client: Client, state: Attributes) -> None:
        getattr(client("apigatewayv2"), operation)(**{name: state[attribute] for name, attribute in given.items()})

    return act


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
    Case(
        "aws_apigatewayv2_api",
        _api,
        (
            (
                lambda client, state: client("apigatewayv2").update_api(
                    ApiId=state["id"],
                    Description="any shop",
                    CorsConfiguration={"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 60},
                ),
                {
                    "description": ("the shop", "any shop"),
                    "cors_configuration[0].allow_origins": (["https://shop.example"], ["*"]),
                },
            ),
        ),
        _v2("delete_api", ApiId="id"),
    ),
    Case(
        "aws_apigatewayv2_integration",
        _integration,
        (
            (
                lambda client, state: client("apigatewayv2").update_integration(
                    ApiId=state["api_id"],
                    IntegrationId=state["id"],
                    IntegrationUri="https://other.example",
                    TimeoutInMillis=3000,
                ),
                {
                    "integration_uri": ("https://backend.example/orders", "https://other.example"),
                    "timeout_milliseconds": (10000, 3000),
                },
            ),
        ),
    ),
    Case(
        "aws_apigatewayv2_route",
        _route,
        (
            (
                lambda client, state: client("apigatewayv2").update_route(
                    ApiId=state["api_id"], RouteId=state["id"], RouteKey="ANY /orders", AuthorizationType="AWS_IAM"
                ),
                {"route_key": ("GET /orders", "ANY /orders"), "authorization_type": ("NONE", "AWS_IAM")},
            ),
        ),
    ),
    Case(
        "aws_apigatewayv2_stage",
        _v2_stage,
        (
            (
                _replace_stage,
                {"auto_deploy": (True, False), "stage_variables.tier": ("a", "b")},
            ),
        ),
    ),
    Case(
        "aws_appsync_graphql_api",
        _graphql_api,
        (
            (
                lambda client, state: client("appsync").update_graphql_api(
                    apiId=state["id"], name=state["name"], authenticationType="AWS_IAM", xrayEnabled=False
                ),
                {"authentication_type": ("API_KEY", "AWS_IAM"), "xray_enabled": (True, False)},
            ),
            (
                lambda client, state: client("appsync").tag_resource(resourceArn=state["arn"], tags={"Team": "other"}),
                {"tags.Team": ("shop", "other")},
            ),
        ),
        lambda client, state: client("appsync").delete_graphql_api(apiId=state["id"]),
    ),
]
