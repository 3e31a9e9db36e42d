resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"

  tags = {
    Name        = "logs"
    Environment = "prod" # see docs/environments.md
    Team        = "platform"
  }
}
