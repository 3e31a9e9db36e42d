"""Interfaces: API Gateway's second version, AppSync."""

from typing import Any

from tests.support.terraform.case import TEAM, Case, Made, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags

_ARN = f"arn:aws:apigateway:{REGION}::"


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
