import { randomBytes } from 'node:crypto';
import { serveRegistry } from '../registry/index.ts';
import {
  type Answer,
  AwsError,
  type Core,
  json,
  type Service,
  type ServiceCall,
  type ServiceFactory,
} from '../service.ts';
import {
  addRepository,
  type Login,
  type Mutability,
  makeRegistryState,
  type RegistryState,
  type Repository,
} from './state.ts';

const TOKEN_MS = 12 * 3600 * 1000;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const NAME = /^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;

/** What the sandbox's ECR holds. Each registry (account and region) listens on a port of its own. */
interface Ecr {
  readonly core: Core;
  /** By `ACCOUNT/REGION`. */
  readonly urls: Map<string, Promise<string>>;
  /** By password. */
  readonly logins: Map<string, Login>;
}

/** Amazon ECR's API, as far as a push needs it. */
export const makeEcr: ServiceFactory = (core): Service => {
  const ecr: Ecr = { core, urls: new Map(), logins: new Map() };
  return {
    name: 'ecr',
    protocol: 'json',
    targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
    handle: (call) => {
      const act = ACTIONS[call.action];
      if (!act) throw new AwsError('UnknownOperationException', 400, `the sandbox's ECR has no ${call.action}`);
      return act(ecr, call);
    },
  };
};

const ACTIONS: Readonly<Record<string, (ecr: Ecr, call: ServiceCall) => Answer | Promise<Answer>>> = {
  GetAuthorizationToken: getAuthorizationToken,
  DescribeImages: describeImages,
  DescribeRepositories: describeRepositories,
  CreateRepository: createRepository,
  BatchGetImage: batchGetImage,
  GetDownloadUrlForLayer: getDownloadUrlForLayer,
  DescribeRepositoryCreationTemplates: describeTemplates,
};

function registryOf({ core, urls, logins }: Ecr, account: string, region: string) {
  const key = `${account}/${region}`;
  const state = core.registries.get(key) ?? makeRegistryState(core.world, account, region);
  core.registries.set(key, state);
  const { endpoint } = state.world;
  const url =
    urls.get(key) ?? (endpoint ? Promise.resolve(endpoint) : core.listen(serveRegistry({ core, state, logins })));
  urls.set(key, url);
  return { state, url };
}

function asked(ecr: Ecr, call: ServiceCall, given: string[] | undefined) {
  const account = String(call.input.registryId ?? call.caller.account);
  const { state } = registryOf(ecr, account, call.region);
  const names = given ?? [...state.repositories.keys()];
  call.entry.params.repositories = names;
  return { state, names };
}

async function getAuthorizationToken(ecr: Ecr, call: ServiceCall): Promise<Answer> {
  call.authorize({ action: 'ecr:GetAuthorizationToken', resource: '*' });
  const accounts = (call.input.registryIds as string[] | undefined) ?? [call.caller.account];
  call.entry.params.registryIds = call.input.registryIds ?? [];
  const expires = ecr.core.clock.now() + TOKEN_MS;
  const authorizationData = await Promise.all(
    accounts.map(async (account) => {
      if (!(account in ecr.core.world.accounts))
        throw new AwsError('InvalidParameterException', 400, `no account ${account}`);
      const { state, url } = registryOf(ecr, account, call.region);
      const password = state.world.password ?? randomBytes(120).toString('base64');
      const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
      ecr.core.secrets.add(password).add(authorizationToken);
      ecr.logins.set(password, { caller: call.caller, region: call.region, expires });
      return { authorizationToken, expiresAt: expires / 1000, proxyEndpoint: await url };
    }),
  );
  return json({ authorizationData });
}

function describeRepositories(ecr: Ecr, call: ServiceCall): Answer {
  const { state, names } = asked(ecr, call, call.input.repositoryNames as string[] | undefined);
  const repositories = names.map((name) => {
    authorize(call, 'ecr:DescribeRepositories', { state, name });
    return described(state, found(state, name));
  });
  return json({ repositories });
}

function createRepository(ecr: Ecr, call: ServiceCall): Answer {
  const name = String(call.input.repositoryName);
  const { state } = asked(ecr, call, [name]);
  authorize(call, 'ecr:CreateRepository', { state, name });
  if (!NAME.test(name)) throw new AwsError('InvalidParameterException', 400, `Invalid parameter at 'repositoryName'`);
  if (state.repositories.has(name)) {
    const message = `The repository with name '${name}' already exists in the registry with id '${state.account}'`;
    throw new AwsError('RepositoryAlreadyExistsException', 400, message);
  }
  const {
    imageTagMutability: mutability,
    imageTagMutabilityExclusionFilters: filters,
    ...settings
  } = call.input as {
    imageTagMutability?: Mutability;
    imageTagMutabilityExclusionFilters?: readonly { filterType: string; filter: string }[];
    imageScanningConfiguration?: { scanOnPush?: boolean };
    encryptionConfiguration?: unknown;
    tags?: unknown;
  };
  if ((mutability?.endsWith('_WITH_EXCLUSION') ?? false) !== (filters ?? []).length > 0) {
    throw new AwsError('InvalidParameterException', 400, 'exclusion filters go with a mutability WITH_EXCLUSION');
  }
  if (settings.tags) authorize(call, 'ecr:TagResource', { state, name });
  const exclusions = (filters ?? []).map(({ filter }) => filter);
  const made = addRepository(state, name, {
    ...(mutability ? { mutability } : {}),
    exclusions,
    scanOnPush: settings.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: settings.encryptionConfiguration,
    resourceTags: settings.tags,
  });
  return json({ repository: described(state, made) });
}

function batchGetImage(ecr: Ecr, call: ServiceCall): Answer {
  const name = String(call.input.repositoryName);
  const { state } = asked(ecr, call, [name]);
  authorize(call, 'ecr:BatchGetImage', { state, name });
  const repository = found(state, name);
  const ids = (call.input.imageIds ?? []) as { imageTag?: string; imageDigest?: string }[];
  const failures: unknown[] = [];
  const images = ids.flatMap((imageId) => {
    const digest = imageId.imageDigest ?? repository.tags.get(imageId.imageTag ?? '') ?? '';
    const manifest = repository.manifests.get(digest);
    const withheld = repository.withheld.get(digest);
    if (!manifest || withheld) {
      const failureReason = withheld ? 'The image cannot be given now.' : 'Requested image not found';
      failures.push({ imageId, failureCode: withheld ?? 'ImageNotFound', failureReason });
      return [];
    }
    const { bytes, mediaType } = manifest;
    return [
      {
        ...{ registryId: state.account, repositoryName: name, imageId: { ...imageId, imageDigest: digest } },
        ...{ imageManifest: bytes.toString(), imageManifestMediaType: mediaType },
      },
    ];
  });
  return json({ images, failures });
}

/** A blob is downloaded from S3, by an address that is signed itself. */
async function getDownloadUrlForLayer(ecr: Ecr, call: ServiceCall): Promise<Answer> {
  const name = String(call.input.repositoryName);
  const digest = String(call.input.layerDigest);
  const { state } = asked(ecr, call, [name]);
  authorize(call, 'ecr:GetDownloadUrlForLayer', { state, name });
  const blob = found(state, name).blobs.get(digest);
  if (!blob) throw new AwsError('LayersNotFoundException', 400, `the layer ${digest} was not found`);
  const url = await ecr.core.listen((_request, response) => response.end(blob));
  return json({ downloadUrl: `${url}/${digest}`, layerDigest: digest });
}

function describeTemplates(ecr: Ecr, call: ServiceCall): Answer {
  call.authorize({ action: 'ecr:DescribeRepositoryCreationTemplates', resource: '*' });
  const { state } = registryOf(ecr, call.caller.account, call.region);
  return json({ registryId: state.account, repositoryCreationTemplates: state.world.templates ?? [] });
}

/** For whoever looks at what was pushed: the action itself does not call it. */
function describeImages(ecr: Ecr, call: ServiceCall): Answer {
  const name = String(call.input.repositoryName);
  const { state } = asked(ecr, call, [name]);
  authorize(call, 'ecr:DescribeImages', { state, name });
  const { manifests, tags } = found(state, name);
  const imageDetails = [...manifests].map(([imageDigest, { bytes, mediaType }]) => ({
    registryId: state.account,
    repositoryName: name,
    imageDigest,
    imageTags: [...tags].filter(([, digest]) => digest === imageDigest).map(([tag]) => tag),
    imageManifestMediaType: mediaType,
    imageSizeInBytes: bytes.length,
    imagePushedAt: ecr.core.clock.now() / 1000,
  }));
  return json({ imageDetails });
}

function authorize(
  call: ServiceCall,
  action: string,
  { state, name }: { readonly state: RegistryState; readonly name: string },
): void {
  const { account, region, partition } = state;
  call.authorize({
    action,
    resource: `arn:${partition}:ecr:${region}:${account}:repository/${name}`,
    resourceAccount: account,
    resourcePolicy: state.repositories.get(name)?.policy,
  });
}

function found(state: RegistryState, name: string): Repository {
  const repository = state.repositories.get(name);
  if (repository) return repository;
  const message = `The repository with name '${name}' does not exist in the registry with id '${state.account}'`;
  throw new AwsError('RepositoryNotFoundException', 400, message);
}

function described({ account, region }: RegistryState, repository: Repository) {
  return {
    registryId: account,
    repositoryName: repository.name,
    repositoryArn: repository.arn,
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${repository.name}`,
    imageTagMutability: repository.mutability,
    imageTagMutabilityExclusionFilters: repository.exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  };
}
