# The policies as text, from variables alone: no provider, so that `terraform test` and any machine can render them.

locals {
  issuer   = trimprefix(trimsuffix(var.issuer, "/"), "https://")
  provider = "arn:${var.partition}:iam::${var.account_id}:oidc-provider/${local.issuer}"
  audience = var.partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com"
  suffix   = var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"

  owner = split("/", var.repository)[0]
  name  = split("/", var.repository)[1]
  # Any branch or tag, and any environment; pull requests never.
  contexts = (
    var.environment != "" ? ["environment:${var.environment}"] :
    var.ref == "*" ? ["ref:*", "environment:*"] : ["ref:${var.ref}"]
  )
  numbers  = var.owner_id != "" && var.subject_form != "name"
  names    = !(local.numbers && var.subject_form == "immutable")
  numbered = var.repository_id == "" ? local.name : "${local.name}@${var.repository_id}"
  subjects = concat(
    local.names ? [for context in local.contexts : "repo:${var.repository}:${context}"] : [],
    local.numbers ? [for context in local.contexts : "repo:${local.owner}@${var.owner_id}/${local.numbered}:${context}"] : [],
  )

  trust = {
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Principal = { Federated = local.provider }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = { "${local.issuer}:aud" = local.audience }
          StringLike = merge(
            { "${local.issuer}:sub" = local.subjects },
            var.reusable_workflow == "" ? {} : { "${local.issuer}:job_workflow_ref" = var.reusable_workflow },
          )
        }
      }],
      !var.create_instance_profile ? [] : [{
        Effect    = "Allow"
        Principal = { Service = "ec2.${local.suffix}" }
        Action    = "sts:AssumeRole"
        Condition = null
      }],
    )
  }

  references = "arn:${var.partition}:ssm:${var.region}:${var.account_id}:parameter/aws/reference/secretsmanager/*"
  ecs        = "arn:${var.partition}:ecs:${var.region}:${var.account_id}"
  objects    = [for bucket in var.buckets : "${bucket}/*"]

  # Name of the policy → its statements; one without a resource is left out.
  statements = {
    images = [
      { actions = ["ecr:GetAuthorizationToken"], resources = length(var.ecr_repositories) > 0 ? ["*"] : [] },
      {
        actions = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeRepositories",
          "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
        ]
        resources = var.ecr_repositories
      },
    ]
    public-images = [
      {
        actions   = ["ecr-public:DescribeRegistries", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"]
        resources = length(var.public_ecr_repositories) > 0 ? ["*"] : []
      },
      {
        actions = [
          "ecr-public:BatchCheckLayerAvailability", "ecr-public:CompleteLayerUpload", "ecr-public:InitiateLayerUpload",
          "ecr-public:PutImage", "ecr-public:UploadLayerPart",
        ]
        resources = var.public_ecr_repositories
      },
    ]
    new-repositories = [{ actions = ["ecr:CreateRepository"], resources = var.create_ecr_repositories ? var.ecr_repositories : [] }]
    objects = [
      {
        actions   = ["s3:GetBucketOwnershipControls", "s3:GetBucketPublicAccessBlock", "s3:ListBucket"]
        resources = var.buckets
      },
      {
        actions = [
          "s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion",
          "s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging",
        ]
        resources = local.objects
      },
    ]
    deletions   = [{ actions = ["s3:DeleteObject"], resources = var.delete_objects ? local.objects : [] }]
    object-keys = [{ actions = ["kms:Decrypt", "kms:GenerateDataKey"], resources = var.bucket_kms_keys }]
    invalidations = [{
      actions   = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
      resources = var.cloudfront_distributions
    }]
    parameters      = [{ actions = ["ssm:GetParameters"], resources = var.parameters }]
    parameter-paths = [{ actions = ["ssm:GetParametersByPath"], resources = var.parameter_paths }]
    secrets = [
      { actions = ["secretsmanager:GetSecretValue"], resources = var.secrets },
      # A secret is read through Parameter Store, which asks for this as well.
      { actions = ["ssm:GetParameters"], resources = length(var.secrets) > 0 ? [local.references] : [] },
    ]
    parameter-keys = [{
      actions   = ["kms:Decrypt"]
      resources = var.parameter_kms_keys
      services  = ["ssm.${var.region}.${local.suffix}", "secretsmanager.${var.region}.${local.suffix}"]
    }]
    next-roles = [{ actions = ["sts:AssumeRole", "sts:TagSession"], resources = var.next_roles }]
    ecs-services = [
      { actions = ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"], resources = var.ecs_services },
      {
        actions   = ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:StopServiceDeployment"]
        resources = var.ecs_services
      },
      {
        actions   = ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions", "ecs:StopServiceDeployment"]
        resources = length(var.ecs_services) > 0 ? ["${local.ecs}:service-deployment/*", "${local.ecs}:service-revision/*"] : []
      },
      { actions = ["ecs:DescribeTasks", "ecs:StopTask"], resources = length(var.ecs_services) > 0 ? ["${local.ecs}:task/*"] : [] },
      { actions = ["ecs:DescribeTaskDefinition", "ecs:ListTasks"], resources = length(var.ecs_services) > 0 ? ["*"] : [] },
    ]
    ecs-task-definitions = [{
      actions   = ["ecs:RegisterTaskDefinition", "ecs:RunTask", "ecs:TagResource"]
      resources = var.ecs_task_definitions
    }]
    ecs-task-roles = [{
      actions   = ["iam:PassRole"]
      resources = var.ecs_task_roles
      condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    }]
    lambda-functions = [{
      actions = [
        "lambda:GetAlias", "lambda:GetFunction", "lambda:GetFunctionConfiguration", "lambda:PublishVersion",
        "lambda:UpdateAlias", "lambda:UpdateFunctionCode",
      ]
      resources = var.lambda_functions
    }]
    auto-scaling-groups = [
      {
        actions = [
          "autoscaling:CancelInstanceRefresh", "autoscaling:RollbackInstanceRefresh", "autoscaling:StartInstanceRefresh",
        ]
        resources = var.auto_scaling_groups
      },
      {
        actions = [
          "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeInstanceRefreshes",
          "autoscaling:DescribeScalingActivities",
          "autoscaling:DescribeWarmPool", "ec2:DescribeLaunchTemplateVersions",
        ]
        resources = length(var.auto_scaling_groups) > 0 ? ["*"] : []
      },
    ]
    launch-templates = [
      {
        actions   = ["ec2:RunInstances"]
        resources = length(var.launch_templates) > 0 ? ["*"] : []
        condition = { ArnEquals = { "ec2:LaunchTemplate" = var.launch_templates } }
      },
      # Templates may tag what they launch.
      {
        actions   = ["ec2:CreateTags"]
        resources = length(var.launch_templates) > 0 ? ["*"] : []
        condition = { StringEquals = { "ec2:CreateAction" = "RunInstances" } }
      },
    ]
    instance-roles = [{
      actions   = ["iam:PassRole"]
      resources = var.instance_roles
      condition = { StringEquals = { "iam:PassedToService" = "ec2.${local.suffix}" } }
    }]
    codedeploy-groups = [
      {
        actions   = ["codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentGroup"]
        resources = var.codedeploy_groups
      },
      {
        actions = [
          "codedeploy:BatchGetDeploymentTargets", "codedeploy:GetApplicationRevision", "codedeploy:GetDeploymentConfig",
          "codedeploy:ListDeployments", "codedeploy:ListDeploymentTargets", "codedeploy:RegisterApplicationRevision", "codedeploy:StopDeployment",
        ]
        resources = length(var.codedeploy_groups) > 0 ? ["*"] : []
      },
    ]
  }

  policies = {
    for name, statements in local.statements : name => {
      Version = "2012-10-17"
      Statement = [
        for statement in statements : merge(
          { Effect = "Allow", Action = statement.actions, Resource = statement.resources },
          can(statement.condition) ? { Condition = statement.condition } : {},
          can(statement.services) ? { Condition = { StringEquals = { "kms:ViaService" = statement.services } } } : {},
        ) if length(statement.resources) > 0
      ]
    } if length(flatten(statements[*].resources)) > 0
  }
}

output "trust_policy" {
  description = "Who may become the role (JSON)."

  precondition {
    condition     = var.subject_form != "immutable" || (var.owner_id != "" && (var.repository_id != "" || local.name == "*"))
    error_message = "subject_form immutable needs owner_id and repository_id (owner_id alone for a repository OWNER/*)."
  }
  value = jsonencode({ Version = local.trust.Version, Statement = [for it in local.trust.Statement : { for key, value in it : key => value if value != null }] })
}

output "policies" {
  description = "Name of the policy to the policy (JSON)."
  value       = { for name, policy in local.policies : name => jsonencode(policy) }
}

output "provider_arn" {
  value = local.provider
}

output "audience" {
  value = local.audience
}
