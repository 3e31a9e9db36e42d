resource "aws_appautoscaling_policy" "web" {
  name        = "web"
  policy_type = "TargetTrackingScaling"

  target_tracking_scaling_policy_configuration {
    target_value       = 62.5
    scale_in_cooldown  = 300
    scale_out_cooldown = -1
    disable_scale_in   = false
  }
}
