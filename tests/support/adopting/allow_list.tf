resource "aws_wafv2_ip_set" "partners" {
  name               = "partners"
  scope              = "REGIONAL"
  ip_address_version = "IPV4"

  addresses = [
    "198.51.100.0/28", # Ringo Logistics
    # the old warehouse
    "203.0.113.7/32",
    "203.0.113.8/32", # the new warehouse
  ]
}
