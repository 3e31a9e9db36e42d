resource "aws_lb_target_group" "web" {
  name                 = "web"
  deregistration_delay = 300
}
