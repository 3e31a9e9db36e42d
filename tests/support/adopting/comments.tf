/* resource "aws_vpc" "main" {
     cidr_block = "10.9.0.0/16"
   } */
// resource "aws_vpc" "main" { cidr_block = "x" }
resource "aws_vpc" "main" { # the only one
  /* the block */ cidr_block /* is */ = /* this: */ "10.0.0.0/16" /* for now */
  enable_dns_support = true # = "false"
}
