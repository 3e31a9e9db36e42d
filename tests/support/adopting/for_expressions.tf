resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "www"
  type    = "A"
  ttl     = 300
  records = [for one in aws_eip.web : one.public_ip if one.public_ip != "}"]
}
