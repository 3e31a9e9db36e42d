resource "aws_sns_topic" "alerts" {
  name = "alerts"
  tags = { Name = "alerts", Tier = "gold" }
}
