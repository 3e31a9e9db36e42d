resource "azurerm_storage_account" "logs" {
  name                            = "shoplogs"
  resource_group_name             = azurerm_resource_group.main.name
  location                        = azurerm_resource_group.main.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  allow_nested_items_to_be_public = false
  min_tls_version                 = "TLS1_2"

  network_rules {
    default_action = "Deny"
    ip_rules       = ["198.51.100.7", "198.51.100.8"]
    bypass         = ["AzureServices"]
  }
}
