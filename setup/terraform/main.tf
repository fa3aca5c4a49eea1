terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.81"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

module "policy" {
  source = "./policy"

  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.name

  repository               = var.repository
  owner_id                 = var.owner_id
  repository_id            = var.repository_id
  subject_form             = var.subject_form
  ref                      = var.ref
  environment              = var.environment
  reusable_workflow        = var.reusable_workflow
  issuer                   = var.issuer
  create_instance_profile  = var.create_instance_profile
  ecr_repositories         = var.ecr_repositories
  create_ecr_repositories  = var.create_ecr_repositories
  public_ecr_repositories  = var.public_ecr_repositories
  buckets                  = var.buckets
  delete_objects           = var.delete_objects
  bucket_kms_keys          = var.bucket_kms_keys
  cloudfront_distributions = var.cloudfront_distributions
  parameters               = var.parameters
  parameter_paths          = var.parameter_paths
  secrets                  = var.secrets
  parameter_kms_keys       = var.parameter_kms_keys
  next_roles               = var.next_roles
  ecs_services             = var.ecs_services
  ecs_task_definitions     = var.ecs_task_definitions
  ecs_task_roles           = var.ecs_task_roles
  lambda_functions         = var.lambda_functions
  auto_scaling_groups      = var.auto_scaling_groups
  launch_templates         = var.launch_templates
  instance_roles           = var.instance_roles
  codedeploy_groups        = var.codedeploy_groups
}

# AWS does not use a thumbprint for GitHub's issuer.
resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_provider ? 1 : 0
  url            = var.issuer
  client_id_list = [module.policy.audience]
}

resource "aws_iam_role" "publish" {
  name                 = var.role_name
  max_session_duration = var.max_session_seconds
  assume_role_policy   = module.policy.trust_policy
  depends_on           = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "publish" {
  for_each = module.policy.policies
  name     = each.key
  role     = aws_iam_role.publish.id
  policy   = each.value
}

resource "aws_iam_role_policy_attachment" "managed" {
  # By number: the ARN of a policy that the same plan makes is not known yet.
  count      = length(var.managed_policies)
  role       = aws_iam_role.publish.name
  policy_arn = var.managed_policies[count.index]
}

resource "aws_iam_instance_profile" "publish" {
  count = var.create_instance_profile ? 1 : 0
  name  = aws_iam_role.publish.name
  role  = aws_iam_role.publish.name
}

output "role_arn" {
  description = "For the input role-to-assume."
  value       = aws_iam_role.publish.arn
}

output "instance_profile_name" {
  description = "For the EC2 instances of self-hosted runners. It has the role's name."
  value       = one(aws_iam_instance_profile.publish[*].name)
}
