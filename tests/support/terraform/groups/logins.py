"""Mail and logins."""

from tests.support.terraform.case import TEAM, Case, Made, pairs, unset
from tests.support.terraform.shapes import ACCOUNT, REGION, Attributes, Client, tags


def _mail_identity(client: Client, name: str, _made: Made) -> Attributes:
    client("sesv2").create_email_identity(EmailIdentity=f"{name}.example.com", Tags=pairs())
    return {
        "id": f"{name}.example.com",
        "arn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{name}.example.com",
        "email_identity": f"{name}.example.com",
        "configuration_set_name": "",
        "dkim_signing_attributes": [
            {
                "current_signing_key_length": "RSA_2048_BIT",
                "domain_signing_private_key": None,
                "domain_signing_selector": None,
                "last_key_generation_timestamp": "2026-01-15T10:15:00Z",
                "next_signing_key_length": "RSA_2048_BIT",
                "signing_attributes_origin": "AWS_SES",
                "status": "SUCCESS",
                "tokens": [],
            }
        ],
        "identity_type": "DOMAIN",
        "verified_for_sending_status": False,
        **tags(TEAM),
    }


def _users(client: Client, name: str, _made: Made) -> Attributes:
    pool = client("cognito-idp").create_user_pool(
        PoolName=name,
        MfaConfiguration="OFF",
        AutoVerifiedAttributes=["email"],
        DeletionProtection="ACTIVE" if name == "orders" else "INACTIVE",
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 12,
                "RequireLowercase": True,
                "RequireNumbers": True,
                "RequireSymbols": True,
                "RequireUppercase": True,
                "TemporaryPasswordValidityDays": 7,
            }
        },
        UserPoolTags=TEAM,
    )["UserPool"]
    return {
        "id": pool["Id"],
        "arn": pool["Arn"],
        "name": name,
        "mfa_configuration": "OFF",
        "auto_verified_attributes": ["email"],
        "deletion_protection": "ACTIVE" if name == "orders" else "INACTIVE",
        "domain": "",
        "custom_domain": "",
        "endpoint": f"cognito-idp.{REGION}.amazonaws.com/{pool['Id']}",
        "estimated_number_of_users": 0,
        "creation_date": "2026-01-15T10:15:00Z",
        "last_modified_date": "2026-01-15T10:15:00Z",
        "alias_attributes": None,
        "username_attributes": None,
        "password_policy": [
            {
                "minimum_length": 12,
                "password_history_size": 0,
                "require_lowercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "require_uppercase": True,
                "temporary_password_validity_days": 7,
            }
        ],
        "admin_create_user_config": [{"allow_admin_create_user_only": False, "invite_message_template": []}],
        "email_configuration": [
            {
                "configuration_set": "",
                "email_sending_account": "COGNITO_DEFAULT",
                "from_email_address": "",
                "reply_to_email_address": "",
                "source_arn": "",
            }
        ],
        "verification_message_template": [
            {
                "default_email_option": "CONFIRM_WITH_CODE",
                **unset("email_message email_message_by_link email_subject email_subject_by_link sms_message"),
            }
        ],
        "schema": [],
        "user_pool_tier": "ESSENTIALS",
        **unset("email_verification_message email_verification_subject sms_authentication_message"),
        "sms_verification_message": "",
        **unset("account_recovery_setting device_configuration email_mfa_configuration lambda_config", []),
        **unset("sign_in_policy sms_configuration software_token_mfa_configuration user_attribute_update_settings", []),
        **unset("user_pool_add_ons username_configuration web_authn_configuration", []),
        **tags(TEAM),
    }


def _app(client: Client, name: str, made: Made) -> Attributes:
    pool = made["aws_cognito_user_pool"]["id"]
    found = client("cognito-idp").create_user_pool_client(
        UserPoolId=pool,
        ClientName=name,
        ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        CallbackURLs=["https://shop.example/in"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        SupportedIdentityProviders=["COGNITO"],
        RefreshTokenValidity=30,
    )["UserPoolClient"]
    return {
        "id": found["ClientId"],
        "name": name,
        "user_pool_id": pool,
        "client_secret": "",
        "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "callback_urls": ["https://shop.example/in"],
        "logout_urls": [],
        "allowed_oauth_flows": ["code"],
        "allowed_oauth_flows_user_pool_client": True,
        "allowed_oauth_scopes": ["openid"],
        "supported_identity_providers": ["COGNITO"],
        "refresh_token_validity": 30,
        "access_token_validity": 0,
        "id_token_validity": 0,
        "auth_session_validity": 3,
        "default_redirect_uri": "",
        "enable_propagate_additional_user_context_data": False,
        "enable_token_revocation": True,
        "generate_secret": None,
        "prevent_user_existence_errors": "",
        "read_attributes": [],
        "write_attributes": [],
        **unset("analytics_configuration refresh_token_rotation token_validity_units", []),
    }


def _guests(client: Client, name: str, _made: Made) -> Attributes:
    found = client("cognito-identity").create_identity_pool(
        IdentityPoolName=name, AllowUnauthenticatedIdentities=False, IdentityPoolTags=TEAM
    )["IdentityPoolId"]
    return {
        "id": found,
        "arn": f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/{found}",
        "identity_pool_name": name,
        "allow_unauthenticated_identities": False,
        "allow_classic_flow": False,
        "cognito_identity_providers": [],
        "developer_provider_name": "",
        "openid_connect_provider_arns": [],
        "saml_provider_arns": [],
        "supported_login_providers": {},
        **tags(TEAM),
    }


CASES = [
    Case(
        "aws_sesv2_email_identity",
        _mail_identity,
        (),
        lambda client, state: client("sesv2").delete_email_identity(EmailIdentity=state["id"]),
    ),
    Case(
        "aws_cognito_user_pool",
        _users,
        (
            (
                lambda client, state: client("cognito-idp").update_user_pool(
                    UserPoolId=state["id"],
                    DeletionProtection="INACTIVE",
                    AutoVerifiedAttributes=["email"],
                    MfaConfiguration="OFF",
                    Policies={
                        "PasswordPolicy": {
                            "MinimumLength": 6,
                            "RequireLowercase": True,
                            "RequireNumbers": True,
                            "RequireSymbols": True,
                            "RequireUppercase": True,
                            "TemporaryPasswordValidityDays": 7,
                        }
                    },
                    UserPoolTags=TEAM,
                ),
                {
                    "deletion_protection": ("ACTIVE", "INACTIVE"),
                    "password_policy[0].minimum_length": (12, 6),
                },
            ),
        ),
        lambda client, state: client("cognito-idp").delete_user_pool(UserPoolId=state["id"]),
    ),
    Case(
        "aws_cognito_user_pool_client",
        _app,
        (
            (
                lambda client, state: client("cognito-idp").update_user_pool_client(
                    UserPoolId=state["user_pool_id"],
                    ClientId=state["id"],
                    CallbackURLs=["https://shop.example/in", "https://evil.example"],
                    RefreshTokenValidity=365,
                ),
                {
                    "callback_urls": (
                        ["https://shop.example/in"],
                        ["https://shop.example/in", "https://evil.example"],
                    ),
                    "refresh_token_validity": (30, 365),
                },
            ),
        ),
    ),
    Case(
        "aws_cognito_identity_pool",
        _guests,
        (
            (
                lambda client, state: client("cognito-identity").update_identity_pool(
                    IdentityPoolId=state["id"],
                    IdentityPoolName=state["identity_pool_name"],
                    AllowUnauthenticatedIdentities=True,
                    DeveloperProviderName="login.shop",
                ),
                {"allow_unauthenticated_identities": (False, True)},
            ),
        ),
        lambda client, state: client("cognito-identity").delete_identity_pool(IdentityPoolId=state["id"]),
    ),
]
