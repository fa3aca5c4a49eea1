/** An input of an action that this one takes the place of. */
export interface PeerInput {
  readonly of: string;
  /** What to write here. */
  readonly here: string;
  /** A word that jobs also use for variables of their own: an error only where the workflow shows that it is an input. */
  readonly common?: boolean;
}

/** Inputs of the peers that have another name here, in lower case; docs/moving-over.md tells the same story. */
export const PEER_INPUTS: Readonly<Record<string, PeerInput>> = {
  ...of('other sign-in actions', {
    'role-arn': 'role-to-assume',
    'aws-role': 'role-to-assume',
    'session-name': 'role-session-name',
  }),
  ...of('other sign-in actions', { role: 'role-to-assume', region: 'aws-region' }, { common: true }),
  ...of('amazon-ecr-login', {
    registries: 'ecr-registries, one per line, and ecr-login: true',
    'registry-type': 'ecr-registries: public',
    'skip-logout': 'ecr-skip-logout',
    'mask-password': 'nothing: the password is always masked, and an output only with output-credentials: true',
  }),
  ...of(
    'docker/login-action',
    {
      registry: 'ecr-login: true (and ecr-registries for other accounts and regions)',
      username: 'role-to-assume: the job signs in with its own identity',
      password: 'role-to-assume: the job signs in with its own identity',
      ecr: 'ecr-login: true',
      logout: 'ecr-skip-logout',
    },
    { common: true },
  ),
  ...of(
    'docker/build-push-action',
    {
      push: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
      tags: 'the right-hand side of a line of images: SOURCE => REPOSITORY:TAG',
      context: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
      platforms: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
      load: 'images: docker:NAME => REPOSITORY:TAG, after a step that builds',
      file: 'images, after a step that builds: SOURCE => REPOSITORY:TAG',
    },
    { common: true },
  ),
  ...of('s3-sync-action', {
    args: 's3-delete: true for --delete, a line !GLOB of s3-upload for --exclude; leave --acl out',
    source_dir: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
    aws_s3_bucket: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
    dest_dir: 's3-upload: SOURCE_DIR => s3://BUCKET/DEST_DIR',
  }),
  ...of('other S3 actions', {
    aws_key_id: 'role-to-assume: the job signs in with its own identity',
    aws_access_key_id: 'role-to-assume: the job signs in with its own identity',
    aws_secret_access_key: 'role-to-assume: the job signs in with its own identity',
    aws_session_token: 'role-to-assume: the job signs in with its own identity',
    aws_bucket: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
    destination_dir: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
  }),
  ...of(
    'other S3 actions',
    {
      source: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
      destination: 's3-upload: FOLDER => s3://BUCKET/PREFIX',
      invalidation: 'cloudfront-paths, or leave it out: what changed is invalidated',
    },
    { common: true },
  ),
  ...of('s3-deploy', {
    'bucket-region': 'nothing: the region of a bucket is looked up',
    'dist-id': 'cloudfront-distribution',
    'delete-removed': 's3-delete: true',
    'no-cache': 's3-cache-control: ** => no-cache',
    'cache-control': 's3-cache-control: GLOB => VALUE',
    'files-to-include': 's3-upload, with a glob as LOCAL',
  }),
  ...of(
    's3-deploy',
    { bucket: 's3-upload: FOLDER => s3://BUCKET/', folder: 's3-upload: FOLDER => s3://BUCKET/' },
    { common: true },
  ),
  ...of('aws-ssm-getparameters-action', {
    parameterpairs: 'ssm-parameters: NAME=/path/of/parameter, one per line',
    withdecryption: 'nothing: values are always decrypted',
  }),
  ...of('the SSM actions', {
    'ssm-paths': 'ssm-parameters, one path a line: /path/ for all parameters below it',
    ssm_parameter: 'ssm-parameters: NAME=/path/of/parameter',
    env_variable_name: 'ssm-parameters: NAME=/path/of/parameter',
    'ssm-path': 'ssm-parameters: /path/ for all parameters below it, or NAME=/path',
    'parameter-name': 'ssm-parameters: NAME=/path/of/parameter',
    'parameter-names': 'ssm-parameters, one per line',
    'env-variable-name': 'ssm-parameters: NAME=/path/of/parameter',
    'with-decryption': 'nothing: values are always decrypted',
  }),
  ...of(
    'the SSM actions',
    {
      decryption: 'nothing: values are always decrypted',
      prefix: 'ssm-parameters: PREFIX_*=/path/',
      output: 'ssm-env-file',
      path: 'ssm-parameters: /path/ for all parameters below it',
      recursive: 'nothing: /path/ is read with all that is below it',
    },
    { common: true },
  ),
  ...of('aws-secretsmanager-get-secrets', {
    'secret-ids': 'ssm-parameters: NAME=secretsmanager:ID, one per line',
    'parse-json-secrets': 'ssm-parameters: NAME=secretsmanager:ID as json',
    'name-transformation': 'ssm-name-case',
  }),
  ...of('amazon-ecs-deploy-task-definition', {
    'task-definition': 'deploy: IMAGE => ecs:CLUSTER/SERVICE; the service keeps its own task definition',
    'container-name': 'deploy: IMAGE => ecs:CLUSTER/SERVICE/CONTAINER',
    'wait-for-service-stability': 'deploy-wait',
    'wait-for-minutes': 'deploy-timeout-minutes',
    'codedeploy-application': 'deploy: s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
    'codedeploy-deployment-group': 'deploy: s3://BUCKET/KEY => codedeploy:APPLICATION/GROUP',
  }),
  ...of(
    'amazon-ecs-deploy-task-definition',
    { cluster: 'deploy: IMAGE => ecs:CLUSTER/SERVICE', service: 'deploy: IMAGE => ecs:CLUSTER/SERVICE' },
    { common: true },
  ),
  ...of('aws-lambda-deploy', {
    'function-name': 'deploy: IMAGE => lambda:FUNCTION, or s3://BUCKET/KEY => lambda:FUNCTION',
    'code-artifacts-dir': 's3-upload for the zip, and deploy: s3://BUCKET/KEY => lambda:FUNCTION',
  }),
};

function of(action: string, inputs: Readonly<Record<string, string>>, how: { readonly common?: boolean } = {}) {
  return Object.fromEntries(Object.entries(inputs).map(([name, here]) => [name, { of: action, here, ...how }]));
}
