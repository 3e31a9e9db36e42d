data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

locals {
  full_name = "lp-prod-${var.name}"
  tags      = { Service = var.name, Team = var.team }
  arn       = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"
}

resource "aws_security_group" "lb" {
  name        = "${local.full_name}-lb"
  description = "Front of ${var.name}"
  vpc_id      = var.vpc_id

  dynamic "ingress" {
    for_each = var.allowed_cidrs

    content {
      cidr_blocks = [ingress.value]
      description = "HTTPS"
      from_port   = 443
      protocol    = "tcp"
      to_port     = 443
    }
  }

  egress {
    cidr_blocks = ["0.0.0.0/0"]
    from_port   = 0
    protocol    = "-1"
    to_port     = 0
  }

  tags = merge(local.tags, { Name = "${local.full_name}-lb" })
}

resource "aws_security_group" "app" {
  name        = "${local.full_name}-app"
  description = "Instances of ${var.name}"
  vpc_id      = var.vpc_id

  tags = merge(local.tags, { Name = "${local.full_name}-app" })
}

resource "aws_security_group_rule" "app_from_lb" {
  type                     = "ingress"
  security_group_id        = aws_security_group.app.id
  source_security_group_id = aws_security_group.lb.id
  protocol                 = "tcp"
  from_port                = var.port
  to_port                  = var.port
  description              = "From the load balancer"
}

resource "aws_security_group_rule" "app_out" {
  type              = "egress"
  security_group_id = aws_security_group.app.id
  cidr_blocks       = ["0.0.0.0/0"]
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
}

resource "aws_lb" "front" {
  name                       = local.full_name
  internal                   = false
  load_balancer_type         = "application"
  security_groups            = [aws_security_group.lb.id]
  subnets                    = var.public_subnet_ids
  idle_timeout               = 60
  enable_deletion_protection = true
  drop_invalid_header_fields = true

  access_logs {
    bucket  = var.log_bucket
    prefix  = local.full_name
    enabled = true
  }

  tags = merge(local.tags, { Name = local.full_name })
}

resource "aws_lb_target_group" "this" {
  name                 = local.full_name
  port                 = var.port
  protocol             = "HTTP"
  vpc_id               = var.vpc_id
  deregistration_delay = 60
  tags                 = local.tags
}
