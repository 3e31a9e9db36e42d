resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["app", "worker"])

  name              = "/larkspur/${var.name}/${each.key}"
  retention_in_days = var.log_retention_in_days
  tags              = local.tags
}

resource "aws_sns_topic" "events" {
  name = "${local.full_name}-events"
  tags = local.tags
}

resource "aws_sqs_queue" "dead" {
  name                      = "${local.full_name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = local.tags
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${local.full_name}-jobs"
  visibility_timeout_seconds = var.queue_visibility_timeout
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  tags                       = local.tags

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "EventsIn"
        Effect    = "Allow"
        Principal = { Service = "sns.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.jobs.arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.events.arn } }
      },
    ]
  })
}
