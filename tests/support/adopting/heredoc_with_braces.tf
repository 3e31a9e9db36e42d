resource "aws_launch_template" "worker" {
  name          = "worker"
  instance_type = "c6i.large"

  user_data = <<-SCRIPT
    #!/bin/sh
    # } not the end ]
    echo "$${HOME} = ${var.home}" > /etc/where
    cat <<EOF
    resource "aws_launch_template" "worker" {
    EOF
  SCRIPT

  tags = {
    Role = "worker"
  }
}
