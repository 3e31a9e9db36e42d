resource "google_container_cluster" "main" {
  name     = "main"
  location = "europe-west1"

  node_config {
    machine_type = "e2-standard-4"

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    labels = {
      "shop.example/pool" = "default"
    }
  }
}
