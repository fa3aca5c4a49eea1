variable "account_id" {
  type        = string
  description = "Account of the role, 12 digits."
}

variable "partition" {
  type        = string
  default     = "aws"
  description = "Partition of the account."
}

variable "region" {
  type        = string
  description = "Region of parameters and secrets."
}

variable "repository" {
  type        = string
  description = "OWNER/REPOSITORY on GitHub. OWNER/* trusts all repositories of the owner; give reusable_workflow then."

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/([A-Za-z0-9._-]+|\\*)$", var.repository))
    error_message = "Write OWNER/REPOSITORY."
  }
}

variable "owner_id" {
  type        = string
  default     = ""
  description = "The owner's number: gh api repos/OWNER/REPOSITORY --jq .owner.id"
}

variable "repository_id" {
  type        = string
  default     = ""
  description = "The repository's number: gh api repos/OWNER/REPOSITORY --jq .id"
}

variable "subject_form" {
  type        = string
  default     = "both"
  description = "name, immutable or both: which form of the token's subject is trusted. The immutable form is trusted when both numbers are given."

  validation {
    condition     = contains(["name", "immutable", "both"], var.subject_form)
    error_message = "Write name, immutable or both."
  }
}

variable "ref" {
  type        = string
  default     = "refs/heads/main"
  description = "Branch or tag of the job, refs/heads/main or refs/tags/v*. Not used when environment is given. A ref of * also trusts jobs with an environment, whose subject names no branch."
}

variable "environment" {
  type        = string
  default     = ""
  description = "The job's environment. GitHub then puts it into the subject in place of the branch: the environment's own rules on GitHub decide which branches, and whether pull requests, may use it."
}

variable "reusable_workflow" {
  type        = string
  default     = ""
  description = "Only jobs of this reusable workflow, OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/tags/v1."
}

variable "issuer" {
  type        = string
  default     = "https://token.actions.githubusercontent.com"
  description = "Issuer of the tokens; GitHub Enterprise has its own."
}

variable "create_instance_profile" {
  type        = bool
  default     = false
  description = "For self-hosted runners on EC2, a profile of the same name as the role. Every job of such a runner has the role."
}

variable "ecr_repositories" {
  type        = list(string)
  default     = []
  description = "ARNs of repositories that images may be pushed to."
}

variable "create_ecr_repositories" {
  type        = bool
  default     = false
  description = "Whether the step may create them (ecr-create-repository)."
}

variable "public_ecr_repositories" {
  type        = list(string)
  default     = []
  description = "ARNs of repositories of ECR Public that images may be pushed to."
}

variable "buckets" {
  type        = list(string)
  default     = []
  description = "ARNs of buckets that objects may be uploaded to. One of another account needs a bucket policy there as well."
}

variable "delete_objects" {
  type        = bool
  default     = false
  description = "Whether the step may delete what is no longer there (s3-delete)."
}

variable "bucket_kms_keys" {
  type        = list(string)
  default     = []
  description = "ARNs of the KMS keys that encrypt those buckets, if they are not AWS's own."
}

variable "cloudfront_distributions" {
  type        = list(string)
  default     = []
  description = "ARNs of distributions that may be invalidated."
}

variable "parameters" {
  type        = list(string)
  default     = []
  description = "ARNs of parameters that may be read by name."
}

variable "parameter_paths" {
  type        = list(string)
  default     = []
  description = "ARNs of paths that may be read whole. Whoever may read a path may read all below it."
}

variable "secrets" {
  type        = list(string)
  default     = []
  description = "ARNs of Secrets Manager secrets that may be read."
}

variable "parameter_kms_keys" {
  type        = list(string)
  default     = []
  description = "ARNs of the KMS keys that encrypt those parameters and secrets, if they are not AWS's own."
}

variable "next_roles" {
  type        = list(string)
  default     = []
  description = "ARNs of roles, in other accounts mostly, that this role may assume (a chain of roles)."
}

variable "ecs_services" {
  type        = list(string)
  default     = []
  description = "ARNs of services that images may be rolled out to."
}

variable "ecs_task_definitions" {
  type        = list(string)
  default     = []
  description = "ARNs of those services' task definitions in any revision, arn:aws:ecs:eu-west-1:111122223333:task-definition/web:*."
}

variable "ecs_task_roles" {
  type        = list(string)
  default     = []
  description = "ARNs of the task and the execution roles that those task definitions pass."
}

variable "lambda_functions" {
  type        = list(string)
  default     = []
  description = "ARNs of functions that code may be rolled out to."
}

variable "auto_scaling_groups" {
  type        = list(string)
  default     = []
  description = "ARNs of groups whose instances may be replaced, arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web."
}

variable "launch_templates" {
  type        = list(string)
  default     = []
  description = "ARNs of launch templates of which the step may name a version (template:VERSION)."
}

variable "instance_roles" {
  type        = list(string)
  default     = []
  description = "ARNs of the roles of the instances that those launch templates start."
}

variable "codedeploy_groups" {
  type        = list(string)
  default     = []
  description = "ARNs of deployment groups, arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:shop/web."
}
