locals {
  common = {
    Project = "shop"
    Managed = "terraform"
  }
}

resource "aws_sqs_queue" "orders" {
  name                       = "orders"
  visibility_timeout_seconds = 30

  tags = merge(local.common, {
    Owner = "orders-team"
  })
}
