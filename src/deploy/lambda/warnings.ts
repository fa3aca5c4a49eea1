import { changedKeys } from '../changed-keys.ts';
import type { LambdaRollout } from '../request.ts';
import type { Configuration, FunctionFacts } from './api.ts';

export interface FunctionWarningFacts {
  readonly rollout: LambdaRollout;
  readonly facts: FunctionFacts;
  /** Aliases whose version has the code already, with what it was published with. */
  readonly done: readonly { readonly name: string; readonly version: string; readonly published: Configuration }[];
  readonly isDone: boolean;
  /** Whether its former code could be given back; undefined where nobody would want that. */
  readonly isReversible: boolean | undefined;
  /** The image that it has, where it is no longer in its repository. */
  readonly gone: string | undefined;
}

/** What works, and is not all that somebody may mean. */
export function warningsFor({ rollout, facts, done, isDone, isReversible, gone }: FunctionWarningFacts): string[] {
  const { target, source } = rollout;
  const name = `lambda:${target.name}`;
  const { Configuration: latest = {}, Concurrency } = facts;
  return [
    ...(Concurrency?.ReservedConcurrentExecutions === 0
      ? [`${name}: its reserved concurrency is 0, so nothing runs it, the new code neither`]
      : []),
    ...done.flatMap(({ name: alias, version, published }) => {
      const changed = changedKeys(settingsOf(latest), settingsOf(published));
      return changed.length === 0 ? [] : [keptSettings(name, { alias, version, changed })];
    }),
    ...(!isDone && isReversible === false
      ? [
          `${name}: this zip cannot be rolled back: its former code is not known as a version of s3://${source.kind === 'object' ? `${source.bucket}/${source.key}` : ''}. Write ${name}:ALIAS, or upload under one key of a versioned bucket`,
        ]
      : []),
    ...(!isDone && gone !== undefined
      ? [
          `${name}: it cannot be rolled back, because ${gone}, the image that it has, can no longer be pulled from its repository. A lifecycle policy should keep what serves, and not archive it`,
        ]
      : []),
  ];
}

/** A version keeps the settings with which it was published. https://github.com/aws/serverless-application-model/issues/1305 */
function keptSettings(
  name: string,
  {
    alias,
    version,
    changed,
  }: { readonly alias: string; readonly version: string; readonly changed: readonly string[] },
): string {
  const publish = `aws lambda publish-version --function-name ${name.slice('lambda:'.length)}`;
  return `${name}: ${alias} has the code already, and keeps version ${version} with the settings of that version. The function's own differ in ${changed.join(', ')}: to bring them into service, publish a version (${publish}) and move the alias to it`;
}

/** What somebody sets, and a version keeps. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
const SETTINGS = [
  ...['Environment', 'Layers', 'MemorySize', 'Timeout', 'Handler', 'Role', 'Runtime', 'VpcConfig', 'EphemeralStorage'],
  ...['ImageConfigResponse', 'FileSystemConfigs', 'KMSKeyArn', 'TracingConfig', 'DeadLetterConfig', 'LoggingConfig'],
];

function settingsOf(configuration: Configuration): Configuration {
  return Object.fromEntries(SETTINGS.map((key) => [key, configuration[key]]));
}
