resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  pattern        = "{ $.level = \"ERROR\" && $.path = \"C:\\\\logs\" }"
  log_group_name = "web"

  metric_transformation {
    name      = "errors"
    namespace = "shop/$${env}"
    value     = "1"
  }
}
