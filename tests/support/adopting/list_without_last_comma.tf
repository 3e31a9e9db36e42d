resource "aws_db_parameter_group" "main" {
  family = "postgres16"
  name   = "main"
}

resource "aws_lb" "public" {
  name    = "public"
  subnets = [
    "subnet-1",
    "subnet-2"
  ]
}
