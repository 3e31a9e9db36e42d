variable "name" {
  type = string
}

variable "team" {
  type = string
}

variable "port" {
  type = number
}

variable "instance_type" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

locals {
  full_name = "lp-staging-${var.name}"
  tags      = { Service = var.name, Team = var.team }
}

resource "aws_security_group" "app" {
  name        = local.full_name
  description = "Staging of ${var.name}"
  vpc_id      = var.vpc_id

  ingress {
    cidr_blocks = ["10.60.0.0/16"]
    description = "Inside the VPC"
    from_port   = var.port
    protocol    = "tcp"
    to_port     = var.port
  }

  egress {
    cidr_blocks = ["0.0.0.0/0"]
    from_port   = 0
    protocol    = "-1"
    to_port     = 0
  }

  tags = merge(local.tags, { Name = local.full_name })
}

resource "aws_iam_role" "app" {
  name        = local.full_name
  description = "Staging of ${var.name}"
  tags        = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "lambda.amazonaws.com" }
        Action    = "sts:AssumeRole"
      },
    ]
  })
}

resource "aws_iam_role_policy" "queue" {
  name = "queue"
  role = aws_iam_role.app.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Queue", Effect = "Allow", Action = ["sqs:*"], Resource = aws_sqs_queue.jobs.arn }]
  })
}

resource "aws_iam_role_policy_attachment" "basic" {
  role       = aws_iam_role.app.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${local.full_name}-jobs"
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = local.tags
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/larkspur/staging/${var.name}"
  retention_in_days = 7
  tags              = local.tags
}

resource "aws_lambda_function" "worker" {
  function_name = "${local.full_name}-worker"
  description   = "Staging worker of ${var.name}"
  role          = aws_iam_role.app.arn
  handler       = "app.handler"
  runtime       = "python3.12"
  memory_size   = 256
  timeout       = 30
  s3_bucket     = "larkspur-shared-artefacts"
  s3_key        = "${local.full_name}-worker/latest.zip"
  tags          = merge(local.tags, { Name = local.full_name })

  environment {
    variables = { LOG_LEVEL = "INFO" }
  }

  tracing_config {
    mode = "Active"
  }
}

resource "aws_launch_template" "app" {
  name          = "${local.full_name}-asg-lt"
  image_id      = "ami-0d7a3c5b91e2f4486"
  instance_type = var.instance_type
}

resource "aws_autoscaling_group" "app" {
  name                = "${local.full_name}-asg"
  min_size            = 1
  max_size            = 2
  desired_capacity    = 1
  vpc_zone_identifier = var.subnet_ids
  health_check_type   = "EC2"

  launch_template {
    id      = aws_launch_template.app.id
    version = aws_launch_template.app.latest_version
  }

  dynamic "tag" {
    for_each = merge(local.tags, { Name = local.full_name, Environment = "staging", ManagedBy = "terraform" })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}
