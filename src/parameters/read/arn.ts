import { PUBLIC_PATH } from '../line.ts';
import { SECRET_REFERENCE } from '../secret.ts';
import type { Place } from './place.ts';

/**
 * ARN of a parameter by its name; an ARN is its own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function parameterArn(name: string, { partition, region, accountId }: Place): string {
  if (name.startsWith('arn:')) return name;
  // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
  const owner = name.startsWith(PUBLIC_PATH) ? '' : accountId;
  return `arn:${partition}:ssm:${region}:${owner}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}

/** As `GetParameters` takes it. What AWS publishes is asked for by its name, for its ARN has no account. */
export function nameToAsk(name: string): string {
  return /^arn:[^:]*:ssm:[^:]*::parameter(\/.*)$/.exec(name)?.[1] ?? name;
}

/** The name in an ARN, or the name itself: what SSM answers with. */
export function bareName(name: string): string {
  return /^arn:.*?:parameter(\/.*)$/.exec(name)?.[1] ?? name;
}

/** All parameters below a path. */
export function belowArn(path: string, place: Place): string {
  return `${parameterArn(path === '/' ? '' : path, place)}${path === '/' ? '' : '/'}*`;
}

/** ARN of the secret behind a reference; Secrets Manager ends each with a dash and six characters of its own. */
export function secretArn(name: string, { partition, region, accountId }: Place): string | undefined {
  if (!name.startsWith(SECRET_REFERENCE)) return undefined;
  const id = name.slice(SECRET_REFERENCE.length);
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${id}-??????`;
}
