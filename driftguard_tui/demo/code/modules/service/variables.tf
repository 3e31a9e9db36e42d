variable "name" {
  type = string
}

variable "team" {
  type = string
}

variable "port" {
  type = number
}

variable "instance_type" {
  type = string
}

variable "min_size" {
  type = number
}

variable "max_size" {
  type = number
}

variable "desired_capacity" {
  type = number
}

variable "allowed_cidrs" {
  type    = list(string)
  default = ["0.0.0.0/0"]
}

variable "queue_visibility_timeout" {
  type    = number
  default = 60
}

variable "log_retention_in_days" {
  type    = number
  default = 30
}

variable "vpc_id" {
  type = string
}

variable "public_subnet_ids" {
  type = list(string)
}

variable "private_subnet_ids" {
  type = list(string)
}

variable "log_bucket" {
  type = string
}
