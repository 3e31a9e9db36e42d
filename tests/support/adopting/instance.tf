# The web tier of the shop.
terraform {
  required_version = ">= 1.5"
}

resource "aws_instance" "web" {
  ami                    = "ami-0abc12345" # Debian 12
  instance_type          = "t3.medium"
  vpc_security_group_ids = [aws_security_group.web.id]
  monitoring             = false

  root_block_device {
    volume_size = 20 // GiB
    encrypted   = true
  }
}
