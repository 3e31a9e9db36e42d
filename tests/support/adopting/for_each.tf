resource "aws_iam_user" "team" {
  for_each = toset(["ana", "ben"])
  name     = each.key
  path     = "/team/"
}

resource "aws_iam_group" "team" {
  name = "team"
  path = "/team/"
}
