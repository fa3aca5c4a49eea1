import { AwsError, type Core, type ServiceCall } from '../service.ts';
import { readNamed } from './read.ts';
import { parameterArn, type Store } from './store.ts';

// What the aws CLI asks for; the action itself reads several parameters at a time, and writes none.

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter(core: Core, store: Store, call: ServiceCall) {
  const parameter = readNamed(core, call, { store, asked: String(call.input.Name) });
  if (!parameter) throw new AwsError('ParameterNotFound', 400, '');
  return { Parameter: parameter };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function putParameter(core: Core, store: Store, call: ServiceCall) {
  const {
    Name: name,
    Value: value,
    Type: type = 'String',
    Overwrite: overwrite = false,
    KeyId: key,
  } = call.input as {
    Name: string;
    Value: string;
    Type?: 'String' | 'SecureString' | 'StringList';
    Overwrite?: boolean;
    KeyId?: string;
  };
  const { account } = call.caller;
  call.authorize({
    action: 'ssm:PutParameter',
    resource: parameterArn(core.world, { account, region: call.region, name }),
  });
  const before = store.parameters.find((it) => it.account === account && it.region === call.region && it.name === name);
  if (before && !overwrite) {
    throw new AwsError(
      'ParameterAlreadyExists',
      400,
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const versions = [...(before?.versions ?? []), value];
  const kept = before?.key ? { key: before.key.arn.split('/').at(-1) } : {};
  const world = core.world as { parameters?: Record<string, Record<string, unknown>> };
  world.parameters ??= {};
  world.parameters[account] ??= {};
  world.parameters[account][name] = {
    ...{ type: before?.type ?? type, versions, labels: before?.labels ?? {}, region: call.region },
    ...(key ? { key } : kept),
  };
  return { Version: versions.length, Tier: 'Standard' };
}
