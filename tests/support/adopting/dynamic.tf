resource "aws_security_group" "db" {
  name = "db"

  dynamic "ingress" {
    for_each = var.clients
    content {
      from_port   = 5432
      to_port     = 5432
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}
