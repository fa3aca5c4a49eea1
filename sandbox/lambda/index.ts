import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { resolveImage } from '../ecs/state.ts';
import { latest } from '../s3/model.ts';
import { type Answer, AwsError, type Core, type Head, type Service, type ServiceCall } from '../service.ts';
import {
  type AliasState,
  beginUpdate,
  type Code,
  type FunctionState,
  look,
  lookAtVersion,
  publish,
  readFunctions,
  type VersionState,
} from './state.ts';

const PATH = /^\/2015-03-31\/functions\/([\w-]+)(?:\/(code|configuration|versions|aliases))?(?:\/([\w-]+))?$/;

/** Lambda as far as a rollout calls it. Updates and versions get on whenever they are looked at. */
export function makeLambda(core: Core): Service {
  const functions = readFunctions(core);
  return {
    name: 'lambda',
    protocol: 'rest-json',
    actionOf,
    handle: (call) => {
      const [, name = '', , last = ''] = PATH.exec(call.path) ?? [];
      const found = functions.find(
        (it) => it.name === name && it.account === call.caller.account && it.region === call.region,
      );
      const arn = `arn:aws:lambda:${call.region}:${call.caller.account}:function:${name}`;
      call.authorize({ action: `lambda:${call.action}`, resource: arn });
      if (!found) throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${arn}`);
      return ok(ANSWERS[call.action]?.({ core, call, state: found, last }));
    },
  };
}

function actionOf({ method, path }: Head): string | undefined {
  const [match, , kind = '', last] = PATH.exec(path) ?? [];
  if (!match) return undefined;
  const names: Readonly<Record<string, string>> = {
    'GET ': 'GetFunction',
    'GET configuration': 'GetFunctionConfiguration',
    'PUT code': 'UpdateFunctionCode',
    'POST versions': 'PublishVersion',
  };
  if (kind === 'aliases' && last) return { GET: 'GetAlias', PUT: 'UpdateAlias' }[method];
  return names[`${method} ${kind}`];
}

interface Asked {
  readonly core: Core;
  readonly call: ServiceCall;
  readonly state: FunctionState;
  /** What ends the path: the name of an alias. */
  readonly last: string;
}

const ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  GetFunction: (asked) => {
    const { code } = qualified(asked);
    const Code = code.image
      ? { RepositoryType: 'ECR', ImageUri: code.image, ResolvedImageUri: code.image }
      : { RepositoryType: 'S3', Location: 'https://awslambda-eu-west-1-tasks.s3.eu-west-1.amazonaws.com/…' };
    const { reservedConcurrency: ReservedConcurrentExecutions } = asked.state.stated;
    return {
      Configuration: configuration(asked),
      Code,
      ...(ReservedConcurrentExecutions === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions } }),
    };
  },
  GetFunctionConfiguration: configuration,
  UpdateFunctionCode: ({ core, call, state }) => {
    const { RevisionId, ...code } = call.input as { RevisionId?: string } & CodeInput;
    call.entry.params.code = code;
    if (state.status === 'InProgress') throw conflict(state);
    if (state.stated.state === 'Failed') {
      const text = `The operation cannot be performed at this time. The function is currently in the following state: Failed`;
      throw new AwsError('ResourceConflictException', 409, text);
    }
    checkRevision(state, { of: state, given: RevisionId });
    if (state.stated.signed) {
      const text = 'The code signature failed one or more of the validation checks for signature mismatch or expiry.';
      throw new AwsError('CodeVerificationFailedException', 400, text);
    }
    beginUpdate(core, state, codeOf(core, call, { of: state, code }));
    return described(state);
  },
  PublishVersion: ({ core, call, state }) => {
    const { CodeSha256, RevisionId } = call.input as { CodeSha256?: string; RevisionId?: string };
    if (state.status === 'InProgress') throw conflict(state);
    checkRevision(state, { of: state, given: RevisionId });
    if (CodeSha256 !== undefined && CodeSha256 !== state.code.sha256) {
      throw new AwsError('InvalidParameterValueException', 400, 'CodeSHA256 is different from current CodeSHA256.');
    }
    const before = state.versions.at(-1)!;
    const settings = structuredClone(state.stated.settings ?? {});
    const isSame = before.code.sha256 === state.code.sha256 && isDeepStrictEqual(before.settings, settings);
    const version: VersionState = isSame
      ? before
      : {
          ...{ version: String(state.versions.length + 1), code: state.code, settings },
          ...{ state: 'Pending', reasonCode: undefined, looks: 0 },
        };
    if (version !== before) state.versions.push(version);
    publish(core, state);
    return { ...described(state), Version: version.version, State: version.state };
  },
  GetAlias: ({ core, state, last }) => {
    const alias = aliasOf(state, last);
    if (alias.looksLeft !== undefined && alias.looksLeft-- <= 0) {
      Object.assign(alias, { weights: {}, looksLeft: undefined, revisionId: randomUUID() });
      publish(core, state);
    }
    return aliasJson(state, last, alias);
  },
  UpdateAlias: ({ core, call, state, last }) => {
    const alias = aliasOf(state, last);
    const { FunctionVersion, RevisionId, RoutingConfig } = call.input as {
      FunctionVersion?: string;
      RevisionId?: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    };
    checkRevision(alias, { of: state, given: RevisionId });
    const found =
      FunctionVersion === '$LATEST'
        ? { version: FunctionVersion }
        : state.versions.find(({ version }) => version === FunctionVersion);
    if (!found) throw new AwsError('ResourceNotFoundException', 404, `Function version not found: ${FunctionVersion}`);
    const { provisionedLooks } = state.stated;
    const before = alias.version;
    alias.version = found.version;
    if (RoutingConfig) alias.weights = RoutingConfig.AdditionalVersionWeights ?? {};
    if (provisionedLooks !== undefined && before !== found.version) {
      Object.assign(alias, { weights: { [before]: 1 }, looksLeft: provisionedLooks });
    }
    alias.revisionId = randomUUID();
    publish(core, state);
    return aliasJson(state, last, alias);
  },
};

function ok(value: unknown): Answer {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** What a qualifier names: a version, or `$LATEST`. */
function qualified({ call, state }: Asked): { code: Code; version: VersionState | undefined } {
  const qualifier = call.query.get('Qualifier');
  if (!qualifier || qualifier === '$LATEST') return { code: state.code, version: undefined };
  const version = state.versions.find((it) => it.version === qualifier);
  if (!version) throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${state.arn}:${qualifier}`);
  return { code: version.code, version };
}

function configuration(asked: Asked): unknown {
  const { core, state } = asked;
  const { version } = qualified(asked);
  if (!version) {
    look(core, state);
    return described(state);
  }
  lookAtVersion(core, version);
  const { reasonCode } = version;
  return {
    ...described({ ...state, stated: { ...state.stated, settings: version.settings } }),
    FunctionArn: `${state.arn}:${version.version}`,
    Version: version.version,
    CodeSha256: version.code.sha256,
    State: version.state,
    LastUpdateStatus: 'Successful',
    ...(reasonCode ? { StateReasonCode: reasonCode, StateReason: 'The version could not be made.' } : {}),
  };
}

function described({ arn, name, stated, code, revisionId, status, reasonCode }: FunctionState) {
  return {
    FunctionName: name,
    FunctionArn: arn,
    ...stated.settings,
    PackageType: stated.package,
    Architectures: [stated.architecture ?? 'x86_64'],
    CodeSha256: code.sha256,
    RevisionId: revisionId,
    Version: '$LATEST',
    State: stated.state ?? 'Active',
    LastUpdateStatus: status,
    ...(status === 'Failed'
      ? { LastUpdateStatusReasonCode: reasonCode, LastUpdateStatusReason: 'The update could not be done.' }
      : {}),
  };
}

function aliasOf({ aliases, arn }: FunctionState, name: string): AliasState {
  const alias = aliases.get(name);
  if (alias) return alias;
  throw new AwsError('ResourceNotFoundException', 404, `Cannot find alias arn: ${arn}:${name}`);
}

function aliasJson({ arn }: FunctionState, name: string, { version, weights, revisionId }: AliasState) {
  return {
    AliasArn: `${arn}:${name}`,
    Name: name,
    FunctionVersion: version,
    RevisionId: revisionId,
    ...(Object.keys(weights).length > 0 ? { RoutingConfig: { AdditionalVersionWeights: weights } } : {}),
  };
}

/** @param of the function whose revision, or whose alias's, is named */
function checkRevision(
  named: { revisionId: string },
  { of, given }: { readonly of: FunctionState; readonly given: string | undefined },
): void {
  if (given !== undefined && of.restless-- > 0) named.revisionId = randomUUID();
  if (given === undefined || given === named.revisionId) return;
  const text =
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id';
  throw new AwsError('PreconditionFailedException', 412, text);
}

function conflict({ arn }: FunctionState): AwsError {
  const text = `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`;
  return new AwsError('ResourceConflictException', 409, text);
}

interface CodeInput {
  readonly ImageUri?: string;
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly Architectures?: readonly string[];
}

/** What an update names: one manifest of the sandbox's registries, or an object. */
function codeOf(core: Core, call: ServiceCall, { of, code }: { of: FunctionState; code: CodeInput }): Code {
  const { stated, serving } = of;
  const invalid = (text: string) => new AwsError('InvalidParameterValueException', 400, text);
  const { ImageUri, S3Bucket, S3Key = '', S3ObjectVersion, Architectures = ['x86_64'] } = code;
  if (Architectures[0] !== (stated.architecture ?? 'x86_64')) throw invalid('the sandbox never changes architectures');
  if ((stated.package === 'Image') !== (ImageUri !== undefined)) {
    throw invalid(
      `Please don't provide ${ImageUri ? 'ImageUri' : 'S3Bucket'} when updating a function with packageType ${stated.package}.`,
    );
  }
  if (ImageUri !== undefined) {
    // The first code is nowhere in the sandbox's registries, and can be had again.
    if (ImageUri.endsWith(`sha256:${'a'.repeat(64)}`)) return { sha256: 'a'.repeat(64), image: ImageUri };
    const { digest, isMissing } = resolveImage(core, ImageUri);
    if (isMissing || !digest.startsWith('sha256:'))
      throw invalid(`Source image ${ImageUri} does not exist. Provide a valid source image.`);
    const [, account, region, repository] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)/.exec(ImageUri) ?? [];
    const manifest = core.registries
      .get(`${account}/${region}`)
      ?.repositories.get(repository ?? '')
      ?.manifests.get(digest);
    if (manifest?.mediaType.includes('index') || manifest?.mediaType.includes('manifest.list')) {
      throw invalid('The image manifest, config or layer media type for the source image is not supported.');
    }
    return {
      sha256: digest.replace('sha256:', ''),
      image: `${ImageUri.replace(/(?::[\w.-]+)?(?:@.*)?$/, '')}@${digest}`,
    };
  }
  const bucket = core.buckets.get(S3Bucket ?? '');
  const action = S3ObjectVersion ? 's3:GetObjectVersion' : 's3:GetObject';
  call.authorize({ action, resource: `arn:aws:s3:::${S3Bucket}/${S3Key}`, resourceAccount: bucket?.account });
  const object = S3ObjectVersion
    ? bucket?.objects.get(S3Key)?.find(({ version }) => version === S3ObjectVersion)
    : bucket && latest(bucket, S3Key);
  if (!object)
    throw invalid(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    );
  const sha256 = createHash('sha256').update(object.body).digest('base64');
  return { sha256: sha256 || serving.sha256, image: undefined };
}
