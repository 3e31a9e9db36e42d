resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  desired_count   = 3
  task_definition = "${aws_ecs_task_definition.web.family}:${max(aws_ecs_task_definition.web.revision, 1)}"

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }

  provisioner "local-exec" {
    command = "echo ${self.name} > /tmp/x; test \"${var.a == "}" ? "b" : "c"}\""
  }

  depends_on = [aws_lb_listener.web]
}
