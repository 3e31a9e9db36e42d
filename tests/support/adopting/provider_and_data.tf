provider "aws" {
  region = "eu-west-1"
}

data "aws_ami" "debian" {
  most_recent = true
  name        = "web"
}

resource "aws_eip" "web" {
  domain = "vpc"
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/shop/web"
  retention_in_days = 30
}
