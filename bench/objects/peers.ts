import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How each program uploads `folder` to the bucket `null` of a server. */
export interface Peer {
  readonly name: string;
  readonly command: (place: Place) => readonly string[];
  readonly env: (place: Place) => Readonly<Record<string, string>>;
}

export interface Place {
  /** `http://127.0.0.1:PORT` or `https://localhost:PORT`. */
  readonly url: string;
  readonly folder: string;
  /** A folder for what a program leaves. */
  readonly scratch: string;
  /** The server's certificate, for TLS. */
  readonly cert: string | undefined;
  /** Everything is there already: programs that compare times are told to compare content, as this action does. */
  readonly unchanged: boolean;
  readonly node: string;
  readonly dist: string;
}

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_REGION: 'us-east-1',
};

/** The files that the runner gives a step to write to. */
function runnerFiles(scratch: string): Record<string, string> {
  const names = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
  return Object.fromEntries(
    names.map((name) => {
      const path = join(scratch, name.toLowerCase());
      writeFileSync(path, '');
      return [name, path];
    }),
  );
}

export const PEERS: readonly Peer[] = [
  {
    name: 'this action',
    command: ({ node, dist }) => [node, dist],
    env: ({ url, folder, scratch, cert }) => ({
      ...KEYS,
      AWS_ENDPOINT_URL: url,
      AWS_EC2_METADATA_DISABLED: 'true',
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: scratch,
      ...runnerFiles(scratch),
      INPUT_SUMMARY: 'false',
      'INPUT_S3-UPLOAD': `${folder} => s3://null`,
      'INPUT_CREDENTIALS-SOURCE': 'ambient',
      ...(cert ? { NODE_EXTRA_CA_CERTS: cert } : {}),
    }),
  },
  {
    name: 'rclone',
    command: ({ folder, cert, unchanged }) => [
      'rclone',
      'copy',
      folder,
      'null:null',
      '--transfers=64',
      '--checkers=64',
      '--fast-list',
      ...(cert ? ['--ca-cert', cert] : []),
      ...(unchanged ? ['--checksum'] : []),
    ],
    env: ({ url, scratch }) => ({
      RCLONE_CONFIG: `${scratch}/rclone.conf`,
      RCLONE_CONFIG_NULL_TYPE: 's3',
      RCLONE_CONFIG_NULL_PROVIDER: 'Other',
      RCLONE_CONFIG_NULL_ENV_AUTH: 'false',
      RCLONE_CONFIG_NULL_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID,
      RCLONE_CONFIG_NULL_SECRET_ACCESS_KEY: KEYS.AWS_SECRET_ACCESS_KEY,
      RCLONE_CONFIG_NULL_REGION: 'us-east-1',
      RCLONE_CONFIG_NULL_ENDPOINT: url,
      RCLONE_CONFIG_NULL_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_NULL_NO_CHECK_BUCKET: 'true',
    }),
  },
  {
    name: 'aws s3 sync',
    command: ({ url, folder, cert }) => [
      'aws',
      '--endpoint-url',
      url,
      ...(cert ? ['--ca-bundle', cert] : []),
      's3',
      'sync',
      '--only-show-errors',
      folder,
      's3://null',
    ],
    env: () => KEYS,
  },
];
