import { AwsError, type Core, type ServiceCall } from '../service.ts';
import { type Key, type Parameter, PUBLIC, parameterArn, type Store, secretArn } from './store.ts';

/** One version of a parameter, as SSM answers it. */
export interface ParameterJson {
  readonly Name: string;
  readonly ARN: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
  readonly DataType: 'text';
  readonly LastModifiedDate: number;
  readonly Selector?: string;
  /** Only of a secret: what Secrets Manager answered. */
  readonly SourceResult?: string;
}

/** The stage of a version that is asked for by none. */
const CURRENT = 'AWSCURRENT';

const SECRET_REFERENCE = '/aws/reference/secretsmanager/';

/** One name of `GetParameters`: `/a/b`, `/a/b:3`, `/a/b:live`, an ARN. `undefined`: there is none, or no such version. */
export function readNamed(
  core: Core,
  call: ServiceCall,
  { store, asked }: { readonly store: Store; readonly asked: string },
): ParameterJson | undefined {
  const { name, account, region, selector } = parseName(asked, call);
  if (name.startsWith(SECRET_REFERENCE)) return readSecret(core, call, { store, name, selector });
  const here = store.parameters.filter((it) => it.account === account && it.region === region);
  // `/x` and `x` have one ARN.
  const parameter =
    here.find((it) => it.name === name) ??
    (asked.startsWith('arn:') ? here.find((it) => `/${it.name}` === name) : undefined);
  const resource = parameterArn(core.world, { account, region, name });
  const shared = parameter?.shared.includes(call.caller.account);
  call.authorize({
    action: 'ssm:GetParameters',
    resource,
    resourceAccount: account === PUBLIC ? call.caller.account : account,
    ...(shared ? { resourcePolicy: sharePolicy(resource, call.caller.account) } : {}),
  });
  if (!parameter) return undefined;
  const version = versionOf(parameter, selector);
  return version === undefined ? undefined : answer(call, parameter, { version, selector });
}

/** The newest version, or the one with a label. */
export function readVersion(call: ServiceCall, parameter: Parameter, label?: string): ParameterJson | undefined {
  const version = label === undefined ? parameter.versions.length : parameter.labels[label];
  return version === undefined ? undefined : answer(call, parameter, { version });
}

function answer(
  call: ServiceCall,
  parameter: Parameter,
  { version, selector = '' }: { readonly version: number; readonly selector?: string },
): ParameterJson {
  const { name, arn, type, versions } = parameter;
  return {
    Name: name,
    ARN: arn,
    Type: type,
    Value: type === 'SecureString' ? decrypted(call, parameter, version) : (versions[version - 1] ?? ''),
    Version: version,
    DataType: 'text',
    LastModifiedDate: 1_790_000_000 + version,
    ...(selector ? { Selector: selector } : {}),
  };
}

/** KMS decrypts for the caller: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html */
function decrypted(call: ServiceCall, { arn, key, region, versions }: Parameter, version: number): string {
  if (call.input.WithDecryption !== true) return `AQICAHh${Buffer.from(`${arn}:${version}`).toString('base64')}`;
  useKey(call, key, { 'kms:ViaService': `ssm.${region}.amazonaws.com`, 'kms:EncryptionContext:PARAMETER_ARN': arn });
  return versions[version - 1] ?? '';
}

/** The account's `aws/ssm` may be used by all who may use SSM; a customer key needs IAM's word. SSM repeats KMS's text. */
function useKey(call: ServiceCall, key: Key | undefined, context: Readonly<Record<string, string>>): void {
  if (!key) return;
  if (!key.enabled) throw new AwsError('InvalidKeyId', 400, `${key.arn} is disabled.`);
  const check = { action: 'kms:Decrypt', resource: key.arn, resourceAccount: key.account, context };
  const resourcePolicy =
    key.account === call.caller.account ? undefined : sharePolicy(key.arn, call.caller.account, 'kms:Decrypt');
  if (!call.allowed({ ...check, ...(resourcePolicy ? { resourcePolicy } : {}) })) {
    throw new AwsError(
      'AccessDeniedException',
      400,
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    );
  }
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html */
function readSecret(
  core: Core,
  call: ServiceCall,
  { store, name, selector }: { readonly store: Store; readonly name: string; readonly selector: string },
): ParameterJson | undefined {
  const { account } = call.caller;
  const arn = parameterArn(core.world, { account, region: call.region, name });
  call.authorize({ action: 'ssm:GetParameters', resource: arn });
  if (call.input.WithDecryption !== true) {
    const text = 'WithDecryption flag must be True for retrieving a Secret Manager secret.';
    throw new AwsError('ValidationException', 400, text);
  }
  const id = name.slice(SECRET_REFERENCE.length);
  const secret = store.secret(account, id);
  call.authorize({
    action: 'secretsmanager:GetSecretValue',
    resource: secret?.arn ?? secretArn(core.world, account, id),
  });
  if (!secret) return undefined;
  const version = selector.slice(1) || CURRENT;
  const value = version === CURRENT ? secret.value : secret.versions[version];
  if (value === undefined) return undefined;
  useKey(call, secret.key, {
    'kms:ViaService': `secretsmanager.${call.region}.amazonaws.com`,
    'kms:EncryptionContext:SecretARN': secret.arn,
  });
  return {
    Name: name,
    ARN: secret.arn,
    Type: 'SecureString',
    Value: value,
    Version: 0,
    SourceResult: JSON.stringify({
      ARN: secret.arn,
      Name: id,
      SecretString: value,
      VersionStages: [version],
    }),
    DataType: 'text',
    LastModifiedDate: 1_790_000_000,
    ...(selector ? { Selector: selector } : {}),
  };
}

function parseName(asked: string, { caller, region }: ServiceCall) {
  const arn = /^arn:[\w-]+:ssm:([\w-]+):(\d{12}):parameter(\/[\w./-]+)(:[\w.-]+)?$/.exec(asked);
  if (arn) {
    const [, itsRegion = '', account = '', name = '', selector = ''] = arn;
    if (itsRegion !== region) throw new AwsError('ValidationException', 400, `${asked} is not in ${region}.`);
    return { name, account, region, selector };
  }
  const plain = /^([\w./+=@-]+)(:[\w.-]+)?$/.exec(asked);
  if (!plain) throw new AwsError('ValidationException', 400, `Parameter name: can't be "${asked}".`);
  const name = plain[1] ?? '';
  const account = name.startsWith('/aws/service/') ? PUBLIC : caller.account;
  return { name, account, region, selector: plain[2] ?? '' };
}

function versionOf({ versions, labels }: Parameter, selector: string): number | undefined {
  if (selector === '') return versions.length;
  const chosen = selector.slice(1);
  const version = /^\d+$/.test(chosen) ? Number(chosen) : labels[chosen];
  return version !== undefined && version >= 1 && version <= versions.length ? version : undefined;
}

/** What a share of AWS RAM, or a shared key's policy, comes to. */
function sharePolicy(resource: string, account: string, action = 'ssm:GetParameters') {
  const principal = { AWS: `arn:aws:iam::${account}:root` };
  return { Statement: [{ Effect: 'Allow' as const, Principal: principal, Action: action, Resource: resource }] };
}
