resource "aws_ssm_document" "patch" {
  name          = "patch"
  document_type = "Command"

  content = <<-EOT
    schemaVersion: "2.2"
    description: install patches
    mainSteps: []
    EOT
}
