variable "zone" { default = "a" }
resource "aws_ebs_volume" "data" { size = 100 }
output "size" { value = aws_ebs_volume.data.size }
