variable "size" {
  type    = string
  default = "db.t3.small"
}

resource "aws_db_instance" "main" {
  identifier              = "main"
  instance_class          = var.size
  allocated_storage       = 20 * 2
  backup_retention_period = terraform.workspace == "prod" ? 14 : 1
  engine_version          = "16.${var.minor}"
  storage_type            = "gp3"
}
