# ruff: noqa: E501
"""One sample for each of many Azure types: what Terraform's state keeps, the row of Resource Graph that agrees with it,
and one change of the row with the path under which it must show.
"""

from typing import Any

from msgspec import Struct

SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-00000000000a"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-Shop"
#: The row of Resource Graph spells the group of most ids otherwise than the state does.
LIVE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/RG-SHOP"


class Sample(Struct):
    """`piece` is the id of what the declared type is a piece of; the row is then its parent's."""

    type: str
    id: str
    attributes: dict[str, Any]
    row: dict[str, Any]
    change: tuple[str, Any]
    path: str


def sample(
    type: str,  # noqa: A002
    native: str,
    name: str,
    attributes: dict[str, Any],
    columns: dict[str, Any],
    change: tuple[str, Any],
    path: str,
    piece: str = "",
) -> Sample:
    """A sample whose ids and names follow from the native type (`Microsoft.Network/routeTables`) and the name."""
    provider, *kinds = native.split("/")
    segments = "/".join(f"{kind}/{part}" for kind, part in zip(kinds, name.split("/"), strict=True))
    suffix = f"/providers/{provider}/{segments}"
    attributes = {"id": GROUP + suffix + piece, "name": (piece or name).rpartition("/")[2], **attributes}
    row = {
        "id": LIVE_GROUP + suffix,
        "name": name.rpartition("/")[2],
        "type": native.lower(),
        "tenantId": "t",
        "subscriptionId": SUBSCRIPTION,
        "resourceGroup": "rg-shop",
        **dict.fromkeys(("identity", "kind", "location", "managedBy", "plan", "sku", "tags", "zones")),
        "properties": {},
        **columns,
    }
    return Sample(type, str(attributes["id"]), attributes, row, change, path)


def refer(native: str, name: str, group: str = GROUP) -> str:
    return f"{group}/providers/{native}/{name}"


SUBNET = refer("Microsoft.Network/virtualNetworks", "vnet/subnets/app")
LIVE_SUBNET = refer("Microsoft.Network/virtualNetworks", "vnet/subnets/app", LIVE_GROUP)
NSG = refer("Microsoft.Network/networkSecurityGroups", "nsg")
LIVE_NSG = refer("Microsoft.Network/networkSecurityGroups", "nsg", LIVE_GROUP)
RULE = {
    "access": "Allow", "description": "", "destination_address_prefix": "*", "destination_address_prefixes": [],
    "destination_application_security_group_ids": [], "destination_port_range": "", "destination_port_ranges":
    ["80", "443"], "direction": "Inbound", "name": "web", "priority": 100, "protocol": "Tcp", "source_address_prefix":
    "10.0.0.0/8", "source_address_prefixes": [], "source_application_security_group_ids": [], "source_port_range": "*",
    "source_port_ranges": [],
}  # fmt: skip
LIVE_RULE = {
    "name": "web",
    "id": f"{LIVE_NSG}/securityRules/web",
    "properties": {
        "access": "allow", "destinationAddressPrefix": "*", "destinationPortRanges": ["443", "80"], "direction":
        "Inbound", "priority": 100, "protocol": "TCP", "sourceAddressPrefix": "10.0.0.0/8", "sourcePortRange": "*",
        "provisioningState": "Succeeded",
    },
}  # fmt: skip
LIVE_VNET = {
    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    "dhcpOptions": {"dnsServers": []},
    "subnets": [
        {
            "name": "app",
            "id": LIVE_SUBNET,
            "properties": {
                "addressPrefix": "10.0.1.0/24",
                "networkSecurityGroup": {"id": LIVE_NSG},
                "privateEndpointNetworkPolicies": "Disabled",
                "privateLinkServiceNetworkPolicies": "Enabled",
                "serviceEndpoints": [{"service": "Microsoft.Storage", "locations": ["westeurope"]}],
                "delegations": [{"name": "web", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}],
            },
        }
    ],
    "virtualNetworkPeerings": [
        {"name": "hub", "properties": {"remoteVirtualNetwork": {"id": "/subscriptions/X/hub"}, "allowVirtualNetworkAccess": True, "allowForwardedTraffic": False, "useRemoteGateways": False}}
    ],
}  # fmt: skip
DISK = refer("Microsoft.Compute/disks", "data")
LIVE_MACHINE = {
    "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
    "storageProfile": {
        "imageReference": {"publisher": "canonical", "offer": "ubuntu", "sku": "22_04-lts", "version": "latest", "exactVersion": "22.04.1"},
        "osDisk": {"osType": "Linux", "name": "os", "caching": "ReadWrite", "diskSizeGB": 30, "managedDisk": {"storageAccountType": "Premium_LRS"}},
        "dataDisks": [{"lun": 1, "name": "data", "caching": "None", "managedDisk": {"id": DISK.upper()}}],
    },
    "osProfile": {"computerName": "vm", "adminUsername": "ops", "linuxConfiguration": {"disablePasswordAuthentication": True, "provisionVMAgent": True, "ssh": {"publicKeys": [{"path": "/home/ops/.ssh/authorized_keys", "keyData": "ssh-rsa AAAA\n"}]}, "patchSettings": {"patchMode": "ImageDefault"}}, "allowExtensionOperations": True},
    "networkProfile": {"networkInterfaces": [{"id": refer("Microsoft.Network/networkinterfaces", "nic", LIVE_GROUP)}]},
    "priority": "Regular",
    "timeCreated": "2024-03-31T16:32:56Z",
}  # fmt: skip
LIVE_BALANCER = {
    "frontendIPConfigurations": [{"name": "front", "properties": {"publicIPAddress": {"id": refer("Microsoft.Network/publicIPAddresses", "ip", LIVE_GROUP)}, "privateIPAllocationMethod": "Dynamic"}}],
    "backendAddressPools": [{"name": "pool", "properties": {}}],
    "probes": [{"name": "http", "properties": {"protocol": "Http", "port": 80, "requestPath": "/", "intervalInSeconds": 5, "numberOfProbes": 2}}],
    "loadBalancingRules": [{"name": "web", "properties": {"protocol": "Tcp", "frontendPort": 80, "backendPort": 8080, "enableFloatingIP": False, "idleTimeoutInMinutes": 4, "loadDistribution": "Default", "frontendIPConfiguration": {"id": "/subscriptions/x/frontendIPConfigurations/front"}}}],
}  # fmt: skip
LIVE_POOL = {"name": "system", "count": 3, "vmSize": "Standard_D4s_v5", "mode": "System", "maxPods": 30, "osDiskSizeGB": 128, "osDiskType": "Managed", "type": "VirtualMachineScaleSets", "enableAutoScaling": True, "minCount": 2, "maxCount": 5, "nodeLabels": {"tier": "base"}, "orchestratorVersion": "1.31.2"}  # fmt: skip
LIVE_BATCH = {**LIVE_POOL, "name": "batch", "mode": "User", "enableAutoScaling": False, "minCount": None, "maxCount": None}  # fmt: skip
LIVE_CLUSTER = {"kubernetesVersion": "1.31.2", "dnsPrefix": "shop", "nodeResourceGroup": "MC_shop", "enableRBAC": True, "disableLocalAccounts": False, "oidcIssuerProfile": {"enabled": True}, "networkProfile": {"networkPlugin": "azure", "networkPolicy": "calico", "serviceCidr": "10.2.0.0/16", "dnsServiceIP": "10.2.0.10", "outboundType": "loadBalancer", "loadBalancerSku": "Standard"}, "agentPoolProfiles": [LIVE_POOL, LIVE_BATCH]}  # fmt: skip
LIVE_VAULT = {"tenantId": "t", "sku": {"family": "A", "name": "standard"}, "enabledForDeployment": False, "enableSoftDelete": True, "softDeleteRetentionInDays": 90, "enablePurgeProtection": True, "publicNetworkAccess": "Enabled", "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4/32"}], "virtualNetworkRules": [{"id": LIVE_SUBNET}]}, "accessPolicies": [{"tenantId": "t", "objectId": "o-1", "permissions": {"keys": [], "secrets": ["get", "list"], "certificates": []}}]}  # fmt: skip
USER = refer("Microsoft.ManagedIdentity/userAssignedIdentities", "app")
LIVE_USER = {"type": "SystemAssigned,UserAssigned", "principalId": "p", "userAssignedIdentities": {USER.lower(): {"clientId": "c"}}}  # fmt: skip
DECLARED_USER = [{"type": "SystemAssigned, UserAssigned", "identity_ids": [USER], "principal_id": "p", "tenant_id": "t"}]  # fmt: skip

SAMPLES = [
    sample("azurerm_resource_group", "Microsoft.Resources/subscriptions/resourceGroups", "x/y", {"id": GROUP, "location": "westeurope", "tags": {"Team": "shop"}}, {"id": LIVE_GROUP, "location": "westeurope", "tags": {"team": "shop"}}, ("tags.team", "other"), "tags.Team"),
    sample("azurerm_network_security_group", "Microsoft.Network/networkSecurityGroups", "nsg", {"location": "West Europe", "security_rule": [RULE]}, {"location": "westeurope", "properties": {"securityRules": [LIVE_RULE], "defaultSecurityRules": [LIVE_RULE]}}, ("properties.securityRules.0.properties.sourceAddressPrefix", "*"), "security_rule[0].source_address_prefix"),
    sample("azurerm_network_security_rule", "Microsoft.Network/networkSecurityGroups", "nsg", {**RULE, "network_security_group_name": "nsg"}, {"properties": {"securityRules": [LIVE_RULE]}}, ("properties.securityRules.0.properties.access", "Deny"), "access", "/securityRules/web"),
    sample("azurerm_virtual_network", "Microsoft.Network/virtualNetworks", "vnet", {"address_space": ["10.0.0.0/16"], "dns_servers": [], "subnet": []}, {"properties": LIVE_VNET}, ("properties.addressSpace.addressPrefixes.0", "10.9.0.0/16"), "address_space"),
    sample("azurerm_subnet", "Microsoft.Network/virtualNetworks", "vnet", {"address_prefixes": ["10.0.1.0/24"], "service_endpoints": ["Microsoft.Storage"], "private_endpoint_network_policies": "Disabled", "delegation": [{"name": "web", "service_delegation": [{"name": "Microsoft.Web/serverFarms", "actions": ["a"]}]}]}, {"properties": LIVE_VNET}, ("properties.subnets.0.properties.serviceEndpoints", []), "service_endpoints", "/subnets/app"),
    sample("azurerm_subnet_network_security_group_association", "Microsoft.Network/virtualNetworks", "vnet", {"subnet_id": SUBNET, "network_security_group_id": NSG}, {"properties": LIVE_VNET}, ("properties.subnets.0.properties.networkSecurityGroup.id", "/subscriptions/x/other"), "network_security_group_id", "/subnets/app"),
    sample("azurerm_virtual_network_peering", "Microsoft.Network/virtualNetworks", "vnet", {"remote_virtual_network_id": "/subscriptions/x/hub", "allow_virtual_network_access": True, "allow_forwarded_traffic": False}, {"properties": LIVE_VNET}, ("properties.virtualNetworkPeerings.0.properties.allowForwardedTraffic", True), "allow_forwarded_traffic", "/virtualNetworkPeerings/hub"),
    sample("azurerm_route_table", "Microsoft.Network/routeTables", "rt", {"bgp_route_propagation_enabled": True, "route": [{"name": "out", "address_prefix": "0.0.0.0/0", "next_hop_type": "VirtualAppliance", "next_hop_in_ip_address": "10.0.0.4"}]}, {"properties": {"disableBgpRoutePropagation": False, "routes": [{"name": "out", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4"}}]}}, ("properties.routes.0.properties.nextHopType", "Internet"), "route[0].next_hop_type"),
    sample("azurerm_route", "Microsoft.Network/routeTables", "rt", {"address_prefix": "0.0.0.0/0", "next_hop_type": "Internet", "next_hop_in_ip_address": ""}, {"properties": {"routes": [{"name": "out", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "Internet"}}]}}, ("properties.routes.0.properties.addressPrefix", "10.0.0.0/8"), "address_prefix", "/routes/out"),
    sample("azurerm_public_ip", "Microsoft.Network/publicIPAddresses", "ip", {"allocation_method": "Static", "sku": "Standard", "sku_tier": "Regional", "zones": ["2", "1"], "ip_version": "IPv4", "idle_timeout_in_minutes": 4, "domain_name_label": None, "ddos_protection_mode": "VirtualNetworkInherited", "ip_address": "20.1.1.1"}, {"sku": {"name": "Standard", "tier": "Regional"}, "zones": ["1", "2"], "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4", "idleTimeoutInMinutes": 4, "ipAddress": "20.1.1.1"}}, ("properties.idleTimeoutInMinutes", 30), "idle_timeout_in_minutes"),
    sample("azurerm_network_interface", "Microsoft.Network/networkInterfaces", "nic", {"ip_forwarding_enabled": False, "dns_servers": [], "ip_configuration": [{"name": "internal", "subnet_id": SUBNET, "private_ip_address_allocation": "Dynamic", "private_ip_address_version": "IPv4", "primary": True, "public_ip_address_id": "", "private_ip_address": "10.0.1.4"}]}, {"properties": {"enableIPForwarding": False, "dnsSettings": {"dnsServers": []}, "ipConfigurations": [{"name": "internal", "properties": {"subnet": {"id": LIVE_SUBNET}, "privateIPAllocationMethod": "Dynamic", "privateIPAddressVersion": "IPv4", "primary": True, "privateIPAddress": "10.0.1.4"}}]}}, ("properties.enableIPForwarding", True), "ip_forwarding_enabled"),
    sample("azurerm_network_interface_security_group_association", "Microsoft.Network/networkInterfaces", "nic", {"network_interface_id": refer("Microsoft.Network/networkInterfaces", "nic"), "network_security_group_id": NSG}, {"properties": {"networkSecurityGroup": {"id": LIVE_NSG}}}, ("properties.networkSecurityGroup.id", "/subscriptions/x/other"), "network_security_group_id", f"|{NSG}"),
    sample("azurerm_nat_gateway", "Microsoft.Network/natGateways", "nat", {"sku_name": "Standard", "idle_timeout_in_minutes": 4, "zones": []}, {"sku": {"name": "Standard"}, "properties": {"idleTimeoutInMinutes": 4}}, ("properties.idleTimeoutInMinutes", 10), "idle_timeout_in_minutes"),
    sample("azurerm_private_endpoint", "Microsoft.Network/privateEndpoints", "pe", {"subnet_id": SUBNET, "private_service_connection": [{"name": "db", "is_manual_connection": False, "private_connection_resource_id": "/subscriptions/x/sql", "subresource_names": ["sqlServer"]}]}, {"properties": {"subnet": {"id": LIVE_SUBNET}, "privateLinkServiceConnections": [{"name": "db", "properties": {"privateLinkServiceId": "/subscriptions/X/sql", "groupIds": ["sqlServer"]}}], "manualPrivateLinkServiceConnections": []}}, ("properties.privateLinkServiceConnections.0.properties.groupIds", ["other"]), "private_service_connection[0].subresource_names"),
    sample("azurerm_lb", "Microsoft.Network/loadBalancers", "lb", {"sku": "Standard", "sku_tier": "Regional", "frontend_ip_configuration": [{"name": "front", "public_ip_address_id": refer("Microsoft.Network/publicIPAddresses", "ip"), "private_ip_address_allocation": "Dynamic", "subnet_id": "", "zones": []}]}, {"sku": {"name": "Standard", "tier": "Regional"}, "properties": LIVE_BALANCER}, ("properties.frontendIPConfigurations.0.properties.publicIPAddress.id", "/subscriptions/x/ip2"), "frontend_ip_configuration[0].public_ip_address_id"),
    sample("azurerm_lb_probe", "Microsoft.Network/loadBalancers", "lb", {"loadbalancer_id": refer("Microsoft.Network/loadBalancers", "lb"), "protocol": "Http", "port": 80, "request_path": "/", "interval_in_seconds": 5, "number_of_probes": 2}, {"properties": LIVE_BALANCER}, ("properties.probes.0.properties.port", 8080), "port", "/probes/http"),
    sample("azurerm_lb_rule", "Microsoft.Network/loadBalancers", "lb", {"loadbalancer_id": refer("Microsoft.Network/loadBalancers", "lb"), "protocol": "Tcp", "frontend_port": 80, "backend_port": 8080, "frontend_ip_configuration_name": "front", "idle_timeout_in_minutes": 4, "load_distribution": "Default"}, {"properties": LIVE_BALANCER}, ("properties.loadBalancingRules.0.properties.backendPort", 22), "backend_port", "/loadBalancingRules/web"),
    sample("azurerm_linux_virtual_machine", "Microsoft.Compute/virtualMachines", "vm", {"size": "Standard_D2s_v5", "admin_username": "ops", "computer_name": "vm", "network_interface_ids": [refer("Microsoft.Network/networkInterfaces", "nic")], "admin_ssh_key": [{"username": "ops", "public_key": "ssh-rsa AAAA"}], "disable_password_authentication": True, "provision_vm_agent": True, "patch_mode": "ImageDefault", "priority": "Regular", "max_bid_price": -1, "zone": "1", "source_image_reference": [{"publisher": "Canonical", "offer": "ubuntu", "sku": "22_04-lts", "version": "latest"}], "os_disk": [{"name": "os", "caching": "ReadWrite", "disk_size_gb": 30, "storage_account_type": "Premium_LRS", "write_accelerator_enabled": False, "diff_disk_settings": []}], "identity": DECLARED_USER, "admin_password": None, "tags": {}}, {"zones": ["1"], "identity": LIVE_USER, "properties": LIVE_MACHINE, "tags": {"hidden-title": "x"}}, ("properties.hardwareProfile.vmSize", "Standard_D8s_v5"), "size"),
    sample("azurerm_virtual_machine_data_disk_attachment", "Microsoft.Compute/virtualMachines", "vm", {"virtual_machine_id": refer("Microsoft.Compute/virtualMachines", "vm"), "managed_disk_id": DISK, "lun": 1, "caching": "None"}, {"properties": LIVE_MACHINE}, ("properties.storageProfile.dataDisks.0.caching", "ReadWrite"), "caching", "/dataDisks/data"),
    sample("azurerm_linux_virtual_machine_scale_set", "Microsoft.Compute/virtualMachineScaleSets", "vmss", {"sku": "Standard_D2s_v5", "instances": 2, "upgrade_mode": "Manual", "overprovision": True, "admin_username": "ops", "os_disk": [{"caching": "ReadWrite", "storage_account_type": "Premium_LRS", "disk_size_gb": 30}], "network_interface": [{"name": "nic", "primary": True, "ip_configuration": [{"name": "ip", "primary": True, "subnet_id": SUBNET}]}]}, {"sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 2}, "properties": {"upgradePolicy": {"mode": "Manual"}, "overprovision": True, "virtualMachineProfile": {"osProfile": {"adminUsername": "ops"}, "storageProfile": {"osDisk": {"osType": "Linux", "caching": "ReadWrite", "diskSizeGB": 30, "managedDisk": {"storageAccountType": "Premium_LRS"}}}, "networkProfile": {"networkInterfaceConfigurations": [{"name": "nic", "properties": {"primary": True, "ipConfigurations": [{"name": "ip", "properties": {"primary": True, "subnet": {"id": LIVE_SUBNET}}}]}}]}}}}, ("sku.capacity", 9), "instances"),
    sample("azurerm_managed_disk", "Microsoft.Compute/disks", "data", {"storage_account_type": "Premium_LRS", "disk_size_gb": 128, "create_option": "Empty", "network_access_policy": "AllowAll", "public_network_access_enabled": True, "zone": ""}, {"sku": {"name": "Premium_LRS", "tier": "Premium"}, "managedBy": "/subscriptions/x/vm", "properties": {"diskSizeGB": 128, "creationData": {"createOption": "Empty"}, "networkAccessPolicy": "AllowAll", "publicNetworkAccess": "Enabled", "diskState": "Attached"}}, ("properties.diskSizeGB", 256), "disk_size_gb"),
    sample("azurerm_availability_set", "Microsoft.Compute/availabilitySets", "as", {"platform_fault_domain_count": 2, "platform_update_domain_count": 5, "managed": True}, {"sku": {"name": "Aligned"}, "properties": {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5}}, ("properties.platformFaultDomainCount", 3), "platform_fault_domain_count"),
    sample("azurerm_storage_account", "Microsoft.Storage/storageAccounts", "shopdata", {"account_kind": "StorageV2", "account_tier": "Standard", "account_replication_type": "GRS", "access_tier": "Hot", "min_tls_version": "TLS1_2", "https_traffic_only_enabled": True, "allow_nested_items_to_be_public": False, "shared_access_key_enabled": True, "public_network_access_enabled": True, "local_user_enabled": True, "primary_access_key": "k", "network_rules": [{"default_action": "Deny", "bypass": ["Logging", "AzureServices"], "ip_rules": ["1.2.3.4"], "virtual_network_subnet_ids": [SUBNET], "private_link_access": []}]}, {"kind": "StorageV2", "sku": {"name": "Standard_GRS", "tier": "Standard"}, "properties": {"accessTier": "Hot", "minimumTlsVersion": "TLS1_2", "supportsHttpsTrafficOnly": True, "allowBlobPublicAccess": False, "networkAcls": {"bypass": "AzureServices, Logging", "defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4", "action": "Allow"}], "virtualNetworkRules": [{"id": LIVE_SUBNET, "action": "Allow"}]}}}, ("properties.allowBlobPublicAccess", True), "allow_nested_items_to_be_public"),
    sample("azurerm_mssql_server", "Microsoft.Sql/servers", "sql", {"version": "12.0", "administrator_login": "admin", "administrator_login_password": "s", "minimum_tls_version": "1.2", "public_network_access_enabled": False, "azuread_administrator": [{"login_username": "dba", "object_id": "o", "tenant_id": "t", "azuread_authentication_only": False}]}, {"properties": {"version": "12.0", "administratorLogin": "admin", "minimalTlsVersion": "1.2", "publicNetworkAccess": "Disabled", "administrators": {"login": "dba", "sid": "o", "azureADOnlyAuthentication": False}}}, ("properties.publicNetworkAccess", "Enabled"), "public_network_access_enabled"),
    sample("azurerm_mssql_database", "Microsoft.Sql/servers/databases", "sql/db", {"server_id": refer("Microsoft.Sql/servers", "sql"), "sku_name": "S0", "collation": "SQL_Latin1_General_CP1_CI_AS", "max_size_gb": 250, "zone_redundant": False, "storage_account_type": "Geo", "read_scale": False}, {"sku": {"name": "Standard", "capacity": 10}, "properties": {"currentServiceObjectiveName": "S0", "collation": "SQL_Latin1_General_CP1_CI_AS", "maxSizeBytes": 268435456000, "zoneRedundant": False, "requestedBackupStorageRedundancy": "Geo", "readScale": "Disabled"}}, ("properties.currentServiceObjectiveName", "S3"), "sku_name"),
    sample("azurerm_mssql_firewall_rule", "Microsoft.Sql/servers/firewallRules", "sql/office", {"start_ip_address": "1.2.3.4", "end_ip_address": "1.2.3.4"}, {"properties": {"startIpAddress": "1.2.3.4", "endIpAddress": "1.2.3.4"}}, ("properties.endIpAddress", "255.255.255.255"), "end_ip_address"),
    sample("azurerm_postgresql_flexible_server", "Microsoft.DBforPostgreSQL/flexibleServers", "pg", {"sku_name": "GP_Standard_D2s_v3", "version": "16", "storage_mb": 32768, "backup_retention_days": 7, "geo_redundant_backup_enabled": False, "zone": "1", "high_availability": [], "maintenance_window": [], "auto_grow_enabled": False, "authentication": [{"active_directory_auth_enabled": False, "password_auth_enabled": True, "tenant_id": ""}]}, {"sku": {"name": "Standard_D2s_v3", "tier": "GeneralPurpose"}, "properties": {"version": "16", "availabilityZone": "2", "storage": {"storageSizeGB": 32, "autoGrow": "Disabled"}, "backup": {"backupRetentionDays": 7, "geoRedundantBackup": "Disabled"}, "highAvailability": {"mode": "Disabled", "state": "NotEnabled"}, "maintenanceWindow": {"customWindow": "Disabled", "dayOfWeek": 0}, "authConfig": {"activeDirectoryAuth": "Disabled", "passwordAuth": "Enabled"}}}, ("properties.backup.backupRetentionDays", 1), "backup_retention_days"),
    sample("azurerm_mysql_flexible_server", "Microsoft.DBforMySQL/flexibleServers", "my", {"sku_name": "B_Standard_B1ms", "version": "8.0.21", "backup_retention_days": 7, "storage": [{"size_gb": 20, "iops": 360, "auto_grow_enabled": True, "io_scaling_enabled": False}]}, {"sku": {"name": "Standard_B1ms", "tier": "Burstable"}, "properties": {"version": "8.0.21", "backup": {"backupRetentionDays": 7}, "storage": {"storageSizeGB": 20, "iops": 360, "autoGrow": "Enabled", "autoIoScaling": "Disabled"}}}, ("properties.storage.storageSizeGB", 64), "storage[0].size_gb"),
    sample("azurerm_cosmosdb_account", "Microsoft.DocumentDB/databaseAccounts", "cosmos", {"kind": "GlobalDocumentDB", "offer_type": "Standard", "ip_range_filter": ["1.2.3.4"], "public_network_access_enabled": True, "automatic_failover_enabled": True, "consistency_policy": [{"consistency_level": "Session", "max_interval_in_seconds": 5, "max_staleness_prefix": 100}], "geo_location": [{"id": "x", "location": "westeurope", "failover_priority": 0, "zone_redundant": False}, {"id": "y", "location": "northeurope", "failover_priority": 1, "zone_redundant": False}]}, {"kind": "GlobalDocumentDB", "properties": {"databaseAccountOfferType": "Standard", "publicNetworkAccess": "Enabled", "enableAutomaticFailover": True, "ipRules": [{"ipAddressOrRange": "1.2.3.4"}], "consistencyPolicy": {"defaultConsistencyLevel": "Session", "maxIntervalInSeconds": 5, "maxStalenessPrefix": 100}, "locations": [{"locationName": "North Europe", "failoverPriority": 1, "isZoneRedundant": False}, {"locationName": "West Europe", "failoverPriority": 0, "isZoneRedundant": False}]}}, ("properties.ipRules", [{"ipAddressOrRange": "0.0.0.0"}]), "ip_range_filter"),
    sample("azurerm_redis_cache", "Microsoft.Cache/Redis", "redis", {"sku_name": "Standard", "family": "C", "capacity": 1, "non_ssl_port_enabled": False, "minimum_tls_version": "1.2", "redis_version": "6", "public_network_access_enabled": True}, {"properties": {"sku": {"name": "Standard", "family": "C", "capacity": 1}, "enableNonSslPort": False, "minimumTlsVersion": "1.2", "redisVersion": "6.0", "publicNetworkAccess": "Enabled"}}, ("properties.enableNonSslPort", True), "non_ssl_port_enabled"),
    sample("azurerm_key_vault", "Microsoft.KeyVault/vaults", "kv", {"tenant_id": "t", "sku_name": "standard", "soft_delete_retention_days": 90, "purge_protection_enabled": True, "network_acls": [{"bypass": "AzureServices", "default_action": "Deny", "ip_rules": ["1.2.3.4"], "virtual_network_subnet_ids": [SUBNET]}], "access_policy": [{"tenant_id": "t", "object_id": "o-1", "application_id": "", "key_permissions": [], "secret_permissions": ["List", "Get"], "certificate_permissions": [], "storage_permissions": []}]}, {"properties": LIVE_VAULT}, ("properties.networkAcls.defaultAction", "Allow"), "network_acls[0].default_action"),
    sample("azurerm_key_vault_access_policy", "Microsoft.KeyVault/vaults", "kv", {"key_vault_id": refer("Microsoft.KeyVault/vaults", "kv"), "object_id": "o-1", "application_id": "", "secret_permissions": ["Get", "List"], "key_permissions": []}, {"properties": LIVE_VAULT}, ("properties.accessPolicies.0.permissions.secrets", ["get", "list", "purge"]), "secret_permissions", "/objectId/o-1"),
    sample("azurerm_role_assignment", "Microsoft.Authorization/roleAssignments", "ra", {"scope": GROUP, "role_definition_id": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/b24988ac", "principal_id": "p", "principal_type": "ServicePrincipal"}, {"properties": {"scope": LIVE_GROUP, "roleDefinitionId": "/providers/Microsoft.Authorization/RoleDefinitions/b24988ac", "principalId": "p", "principalType": "ServicePrincipal"}}, ("properties.roleDefinitionId", "/providers/Microsoft.Authorization/RoleDefinitions/8e3af657"), "role_definition_id"),
    sample("azurerm_kubernetes_cluster", "Microsoft.ContainerService/managedClusters", "aks", {"kubernetes_version": "1.31", "dns_prefix": "shop", "node_resource_group": "MC_shop", "sku_tier": "Free", "oidc_issuer_enabled": True, "role_based_access_control_enabled": True, "network_profile": [{"network_plugin": "azure", "network_policy": "calico", "service_cidr": "10.2.0.0/16", "dns_service_ip": "10.2.0.10", "outbound_type": "loadBalancer", "load_balancer_sku": "standard"}], "default_node_pool": [{"name": "system", "vm_size": "Standard_D4s_v5", "node_count": 2, "auto_scaling_enabled": True, "min_count": 2, "max_count": 5, "max_pods": 30, "os_disk_size_gb": 128, "os_disk_type": "Managed", "node_labels": {"tier": "base"}, "type": "VirtualMachineScaleSets"}]}, {"sku": {"name": "Base", "tier": "Free"}, "properties": LIVE_CLUSTER}, ("properties.oidcIssuerProfile.enabled", False), "oidc_issuer_enabled"),
    sample("azurerm_kubernetes_cluster_node_pool", "Microsoft.ContainerService/managedClusters", "aks", {"kubernetes_cluster_id": refer("Microsoft.ContainerService/managedClusters", "aks"), "vm_size": "Standard_D4s_v5", "node_count": 3, "mode": "User", "auto_scaling_enabled": False, "max_pods": 30, "node_labels": {"tier": "base"}, "os_disk_size_gb": 128}, {"properties": LIVE_CLUSTER}, ("properties.agentPoolProfiles.1.count", 7), "node_count", "/agentPools/batch"),
    sample("azurerm_container_registry", "Microsoft.ContainerRegistry/registries", "acr", {"sku": "Premium", "admin_enabled": False, "public_network_access_enabled": True, "zone_redundancy_enabled": False, "network_rule_bypass_option": "AzureServices", "export_policy_enabled": True, "network_rule_set": [{"default_action": "Deny", "ip_rule": [{"action": "Allow", "ip_range": "1.2.3.4/32"}]}]}, {"sku": {"name": "Premium"}, "properties": {"adminUserEnabled": False, "publicNetworkAccess": "Enabled", "zoneRedundancy": "Disabled", "networkRuleBypassOptions": "AzureServices", "policies": {"exportPolicy": {"status": "enabled"}}, "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "value": "1.2.3.4"}]}}}, ("properties.adminUserEnabled", True), "admin_enabled"),
    sample("azurerm_container_app", "Microsoft.App/containerApps", "app", {"container_app_environment_id": "/subscriptions/x/env", "revision_mode": "Single", "ingress": [{"external_enabled": False, "target_port": 8080, "transport": "auto", "allow_insecure_connections": False}], "template": [{"min_replicas": 1, "max_replicas": 3, "container": [{"name": "web", "image": "shop/web:1", "cpu": 0.5, "memory": "1Gi", "env": [{"name": "LEVEL", "value": "info", "secret_name": ""}]}]}]}, {"properties": {"managedEnvironmentId": "/subscriptions/X/env", "configuration": {"activeRevisionsMode": "Single", "ingress": {"external": False, "targetPort": 8080, "transport": "Auto", "allowInsecure": False}}, "template": {"scale": {"minReplicas": 1, "maxReplicas": 3}, "containers": [{"name": "web", "image": "shop/web:1", "resources": {"cpu": 0.5, "memory": "1Gi"}, "env": [{"name": "LEVEL", "value": "info"}]}]}}}, ("properties.template.containers.0.image", "shop/web:2"), "template[0].container[0].image"),
    sample("azurerm_service_plan", "Microsoft.Web/serverFarms", "plan", {"sku_name": "P1v3", "os_type": "Linux", "worker_count": 2, "zone_balancing_enabled": False, "per_site_scaling_enabled": False}, {"kind": "linux", "sku": {"name": "P1v3", "tier": "PremiumV3", "capacity": 2}, "properties": {"zoneRedundant": False, "perSiteScaling": False, "reserved": True}}, ("sku.name", "P3v3"), "sku_name"),
    sample("azurerm_linux_web_app", "Microsoft.Web/sites", "web", {"service_plan_id": "/subscriptions/x/serverFarms/plan", "https_only": True, "enabled": True, "client_certificate_enabled": False, "public_network_access_enabled": True, "app_settings": {"A": "b"}, "site_config": [{"always_on": True, "ftps_state": "Disabled", "minimum_tls_version": "1.2"}]}, {"kind": "app,linux", "properties": {"serverFarmId": "/subscriptions/x/serverfarms/plan", "httpsOnly": True, "enabled": True, "clientCertEnabled": False, "siteConfig": {"alwaysOn": True, "ftpsState": None}}}, ("properties.httpsOnly", False), "https_only"),
    sample("azurerm_log_analytics_workspace", "Microsoft.OperationalInsights/workspaces", "logs", {"sku": "PerGB2018", "retention_in_days": 30, "daily_quota_gb": -1, "internet_query_enabled": True}, {"properties": {"sku": {"name": "pergb2018"}, "retentionInDays": 30, "workspaceCapping": {"dailyQuotaGb": -1.0}, "publicNetworkAccessForQuery": "Enabled"}}, ("properties.retentionInDays", 7), "retention_in_days"),
    sample("azurerm_application_insights", "Microsoft.Insights/components", "ai", {"application_type": "web", "retention_in_days": 90, "sampling_percentage": 100, "disable_ip_masking": False}, {"kind": "web", "properties": {"Application_Type": "web", "RetentionInDays": 90, "DisableIpMasking": None}}, ("properties.SamplingPercentage", 10), "sampling_percentage"),
    sample("azurerm_monitor_action_group", "Microsoft.Insights/actionGroups", "ag", {"short_name": "ops", "enabled": True, "email_receiver": [{"name": "ops", "email_address": "ops@shop.test", "use_common_alert_schema": True}]}, {"properties": {"groupShortName": "ops", "enabled": True, "emailReceivers": [{"name": "ops", "emailAddress": "ops@shop.test", "useCommonAlertSchema": True, "status": "Enabled"}]}}, ("properties.enabled", False), "enabled"),
    sample("azurerm_monitor_metric_alert", "Microsoft.Insights/metricAlerts", "cpu", {"severity": 2, "enabled": True, "scopes": [GROUP], "frequency": "PT1M", "window_size": "PT5M", "auto_mitigate": True, "action": [{"action_group_id": refer("Microsoft.Insights/actionGroups", "ag"), "webhook_properties": {}}]}, {"properties": {"severity": 2, "enabled": True, "scopes": [LIVE_GROUP], "evaluationFrequency": "PT1M", "windowSize": "PT5M", "autoMitigate": True, "actions": [{"actionGroupId": refer("microsoft.insights/actiongroups", "ag", LIVE_GROUP), "webHookProperties": {}}]}}, ("properties.enabled", False), "enabled"),
    sample("azurerm_user_assigned_identity", "Microsoft.ManagedIdentity/userAssignedIdentities", "app", {"tags": {"a": "b"}}, {"tags": {"a": "b"}, "properties": {"clientId": "c"}}, ("tags.a", "B"), "tags.a"),
    sample("azurerm_dns_a_record", "Microsoft.Network/dnsZones/A", "shop.test/www", {"ttl": 300, "records": ["10.0.0.2", "10.0.0.1"], "zone_name": "shop.test"}, {"properties": {"TTL": 300, "fqdn": "www.shop.test.", "ARecords": [{"ipv4Address": "10.0.0.1"}, {"ipv4Address": "10.0.0.2"}]}}, ("properties.TTL", 60), "ttl"),
    sample("azurerm_private_dns_zone_virtual_network_link", "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "shop.test/link", {"virtual_network_id": "/subscriptions/x/vnet", "registration_enabled": False}, {"properties": {"virtualNetwork": {"id": "/subscriptions/X/vnet"}, "registrationEnabled": False}}, ("properties.registrationEnabled", True), "registration_enabled"),
    sample("azurerm_eventhub_namespace", "Microsoft.EventHub/namespaces", "eh", {"sku": "Standard", "capacity": 1, "auto_inflate_enabled": False, "local_authentication_enabled": True, "minimum_tls_version": "1.2", "public_network_access_enabled": True}, {"sku": {"name": "Standard", "capacity": 1}, "properties": {"isAutoInflateEnabled": False, "disableLocalAuth": False, "minimumTlsVersion": "1.2", "publicNetworkAccess": "Enabled"}}, ("properties.disableLocalAuth", True), "local_authentication_enabled"),
    sample("azurerm_servicebus_namespace", "Microsoft.ServiceBus/namespaces", "sb", {"sku": "Premium", "capacity": 1, "local_auth_enabled": True, "public_network_access_enabled": True, "identity": []}, {"sku": {"name": "Premium", "capacity": 1}, "identity": {"type": "None"}, "properties": {"disableLocalAuth": False, "publicNetworkAccess": "Enabled"}}, ("sku.capacity", 2), "capacity"),
    sample("azurerm_servicebus_queue", "Microsoft.ServiceBus/namespaces/queues", "sb/jobs", {"max_delivery_count": 10, "lock_duration": "PT1M", "requires_session": False, "dead_lettering_on_message_expiration": False, "status": "Active"}, {"properties": {"maxDeliveryCount": 10, "lockDuration": "PT1M", "requiresSession": False, "deadLetteringOnMessageExpiration": False, "status": "Active", "messageCount": 4}}, ("properties.status", "Disabled"), "status"),
    sample("azurerm_recovery_services_vault", "Microsoft.RecoveryServices/vaults", "rsv", {"sku": "RS0", "public_network_access_enabled": True, "storage_mode_type": "GeoRedundant"}, {"sku": {"name": "RS0", "tier": "Standard"}, "properties": {"publicNetworkAccess": "Enabled", "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant"}}}, ("properties.publicNetworkAccess", "Disabled"), "public_network_access_enabled"),
]  # fmt: skip
