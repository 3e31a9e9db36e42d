resource "aws_lambda_function" "resize" {
  function_name = "resize"
  memory_size   = 512
  timeout       = 30
}