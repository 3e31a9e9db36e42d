variable "name" {}

resource "kubernetes_namespace" "one" {
  metadata {
    name = var.name
    annotations = {
      "shop.example/owner" = "ops"
    }
  }
}

resource "helm_release" "ingress" {
  name    = "ingress"
  version = "4.10.0"
  atomic  = true
}
