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
  }

  policies = {
    for name, statements in local.statements : name => {
      Version = "2012-10-17"
      Statement = [
        for statement in statements : merge(
          { Effect = "Allow", Action = statement.actions, Resource = statement.resources },
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
