data "aws_ami" "base" {
  most_recent = true
  owners      = ["self"]

  filter {
    name   = "name"
    values = ["lp-base-*"]
  }
}

data "aws_iam_policy_document" "service" {
  statement {
    sid       = "Jobs"
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [aws_sqs_queue.jobs.arn]
  }

  statement {
    sid       = "Events"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.events.arn]
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:aws:logs:${local.arn}:log-group:/larkspur/${var.name}/*"]
  }
}

resource "aws_iam_role" "app" {
  name        = "${local.full_name}-app"
  description = "Instances of ${var.name}"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "ec2.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "app" {
  name   = "service"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.service.json
}

resource "aws_iam_role_policy_attachment" "app" {
  for_each = {
    ssm   = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    agent = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
  }

  role       = aws_iam_role.app.name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
  tags = local.tags
}

resource "aws_launch_template" "app" {
  name                   = "${local.full_name}-asg-lt"
  image_id               = data.aws_ami.base.id
  instance_type          = var.instance_type
  update_default_version = true
  vpc_security_group_ids = [aws_security_group.app.id]
  tags                   = local.tags
}

resource "aws_autoscaling_group" "app" {
  name                      = "${local.full_name}-asg"
  min_size                  = var.min_size
  max_size                  = var.max_size
  desired_capacity          = var.desired_capacity
  vpc_zone_identifier       = var.private_subnet_ids
  target_group_arns         = [aws_lb_target_group.this.arn]
  health_check_type         = "ELB"
  health_check_grace_period = 300

  launch_template {
    id      = aws_launch_template.app.id
    version = aws_launch_template.app.latest_version
  }

  dynamic "tag" {
    for_each = merge(local.tags, { Name = local.full_name, Environment = "prod", ManagedBy = "terraform" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
