import { quote } from '../base/quote.ts';
import { wrong } from './line-forms.ts';

/** Secrets Manager through Parameter Store: https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
export const SECRET_REFERENCE = '/aws/reference/secretsmanager/';

/** What stands before the name of a secret here. */
export const SECRETS = 'secretsmanager:';

/** With `!`, those that a service manages: `rds!cluster-…`. */
const SECRET_ID = /^[\w/+=.@!-]{1,512}$/;
/** A stage (AWSPREVIOUS) or the id of a version: https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
const SECRET_VERSION = /^[\w.-]{1,256}$/;
/** As ECS takes it, with the field of a JSON secret after it; the dash and six characters are Secrets Manager's own. */
const SECRET_ARN =
  /^(?:secretsmanager:)?arn:[\w-]+:secretsmanager:[\w-]*:\d*:secret:([^:]+?)(?:-[A-Za-z0-9]{6})?(?::([^:]*))?(?::.*)?$/;

/** `prod/db`, `prod/db:AWSPREVIOUS`, as a parameter's name and selector. A name that begins with a slash has two in the reference. */
export function readSecret(word: string, from: number, at: number): { name: string; selector: string } {
  const [, id = '', , version] = /^([^:]*)(:(.*))?$/.exec(word.slice(from)) ?? [];
  if (isSecretArn(word) || !SECRET_ID.test(id) || id.endsWith('/')) {
    wrong(at, `${quote(word)} is not a secret`, `write ${secretForm(word)}; Parameter Store takes no ARN of a secret`);
  }
  if (version !== undefined && !SECRET_VERSION.test(version)) {
    wrong(
      at + from + id.length + 1,
      `${quote(version)} is neither a stage nor the id of a version of a secret`,
      `write ${secretForm(word)}, with :AWSPREVIOUS for the version before, or a field of it as json .NAME`,
    );
  }
  return { name: SECRET_REFERENCE + id, selector: version === undefined ? '' : `:${version}` };
}

/** How a secret is written here that is written as ECS and CloudFormation take it: its ARN, then a field. */
export function secretForm(word: string): string {
  const [, name = 'NAME', field] = SECRET_ARN.exec(word) ?? /^secretsmanager:([^:]+):([^:]+):/.exec(word) ?? [];
  return `${SECRETS}${name}${field ? ` as json .${field}` : ''}`;
}

export function isSecretArn(word: string): boolean {
  return SECRET_ARN.test(word);
}
