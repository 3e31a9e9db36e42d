resource "aws_kms_key" "data" {
  description             = "Data at rest"
  deletion_window_in_days = 30
}
