resource "aws_config_configuration_recorder" "all" {
  name = "all"

  recording_group {
    all_supported  = false
    resource_types = ["AWS::EC2::Instance",
      "AWS::S3::Bucket", "AWS::IAM::Role"]
  }
}
