import { XMLParser } from 'fast-xml-parser';
import { xml } from '../http/render.ts';
import { type Answer, AwsError, type Core, type Head, type Service, type ServiceCall } from '../service.ts';
import { sectionOf, type World } from '../world.ts';

/** A distribution as the world file states it. */
export interface DistributionWorld {
  readonly account: string;
  /** Its origin. */
  readonly bucket: string;
  /** How it signs requests to its origin: origin access control, or the older identity. */
  readonly identity: 'oac' | 'oai';
  /** `false`: AWS's managed policy CachingDisabled. */
  readonly caches?: boolean;
  /** Served, with status 200, where the origin has nothing, and kept for so long under the address that was asked for. */
  readonly errorPage?: { readonly path: string; readonly seconds: number };
  readonly rootObject?: string;
  /** Goes before the viewer's path, as in `/v2`. */
  readonly originPath?: string;
  /** Whether it keeps apart what was asked for with different queries. */
  readonly byQuery?: boolean;
  /** Its origin is the bucket's website, of which only the address is played. */
  readonly isWebsite?: boolean;
  /** A multi-tenant distribution: it has no cache of its own. */
  readonly tenantsOnly?: boolean;
  /** A function that sees what viewers ask for. */
  readonly rewrites?: boolean;
}

export function distributionsOf(world: World): Readonly<Record<string, DistributionWorld>> {
  return sectionOf<DistributionWorld>(world, 'distributions');
}

/** Names that a distribution has in addition to CloudFront's own. */
interface Named {
  readonly aliases?: readonly string[];
}

export interface Invalidation {
  readonly id: string;
  readonly reference: string;
  readonly paths: readonly string[];
  readonly created: number;
}

/** How long an invalidation takes on the sandbox's clock. */
const INVALIDATION_MS = 1_000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_PATHS = 3_000;
const MAX_WILDCARDS = 15;
const PATH = /^\/2020-05-31\/distribution\/([^/]+)(\/invalidation(?:\/([^/]+))?)?$/;
/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html */
const PAGE = 100;

/** By distribution, the newest last: what the viewers' cache has to forget. */
const INVALIDATIONS = new WeakMap<World, Map<string, Invalidation[]>>();

export function invalidationsOf(world: World, distribution: string): Invalidation[] {
  const all = INVALIDATIONS.get(world) ?? new Map<string, Invalidation[]>();
  INVALIDATIONS.set(world, all);
  const own = all.get(distribution) ?? [];
  all.set(distribution, own);
  return own;
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/ */
export function makeCloudFront(core: Core): Service {
  return {
    name: 'cloudfront',
    protocol: 'rest-xml',
    actionOf: ({ method, path }: Head) => {
      const [whole, , list, id] = PATH.exec(path) ?? [];
      if (whole === undefined) return undefined;
      if (list === undefined) return method === 'GET' ? 'GetDistribution' : undefined;
      return {
        POST: id ? undefined : 'CreateInvalidation',
        GET: id ? 'GetInvalidation' : 'ListInvalidations',
      }[method];
    },
    handle: (call) => {
      const [, distribution = '', , id = ''] = PATH.exec(call.path) ?? [];
      const found = distributionsOf(core.world)[distribution];
      call.authorize({
        action: `cloudfront:${call.action}`,
        resource: `arn:aws:cloudfront::${call.caller.account}:distribution/${distribution}`,
      });
      if (found?.account !== call.caller.account) {
        throw new AwsError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
      }
      if (call.action === 'GetDistribution') return { body: describe(distribution, found) };
      // https://github.com/domits1/Domits/pull/3250
      if (found.tenantsOnly)
        throw new AwsError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
      const invalidations = invalidationsOf(core.world, distribution);
      const isDone = ({ created }: Invalidation) => core.clock.now() - created >= INVALIDATION_MS;
      if (call.action === 'GetInvalidation') {
        const one = invalidations.find((it) => it.id === id);
        if (!one) throw new AwsError('NoSuchInvalidation', 404, 'The specified invalidation does not exist.');
        return { body: rendered(one, { isDone: isDone(one) }) };
      }
      if (call.action === 'ListInvalidations') return { body: list(call, invalidations, isDone) };
      return create(call, invalidations, { now: core.clock.now(), isDone });
    },
  };
}

function describe(
  id: string,
  {
    aliases = [],
    errorPage,
    rootObject = 'index.html',
    bucket,
    originPath = '',
    byQuery = false,
    isWebsite = false,
    tenantsOnly = false,
    rewrites = false,
  }: DistributionWorld & Named,
): string {
  const DomainName = `${bucket}.${isWebsite ? 's3-website-eu-west-1' : 's3.eu-west-1'}.amazonaws.com`;
  const functions = rewrites
    ? [{ EventType: 'viewer-request', FunctionARN: 'arn:aws:cloudfront::0:function/index' }]
    : [];
  const pages = (errorPage ? [403, 404] : []).map((ErrorCode) => ({
    ...{ ErrorCode, ResponsePagePath: errorPage!.path, ResponseCode: 200, ErrorCachingMinTTL: errorPage!.seconds },
  }));
  const DistributionConfig = {
    Aliases: { Quantity: aliases.length, Items: { CNAME: aliases } },
    DefaultRootObject: rootObject,
    Origins: {
      Quantity: 1,
      Items: { Origin: [{ Id: 's3', DomainName, OriginPath: originPath }] },
    },
    DefaultCacheBehavior: {
      TargetOriginId: 's3',
      ViewerProtocolPolicy: 'redirect-to-https',
      ForwardedValues: { QueryString: byQuery, Cookies: { Forward: 'none' } },
      FunctionAssociations: {
        Quantity: functions.length,
        Items: functions.length > 0 ? { FunctionAssociation: functions } : undefined,
      },
    },
    ConnectionMode: tenantsOnly ? 'tenant-only' : 'direct',
    CustomErrorResponses: {
      Quantity: pages.length,
      Items: pages.length > 0 ? { CustomErrorResponse: pages } : undefined,
    },
  };
  const domain = `d${id.toLowerCase()}.cloudfront.net`;
  return xml({ Distribution: { Id: id, Status: 'Deployed', DomainName: domain, DistributionConfig } });
}

/** The newest first; times, states and ids, but no paths. */
function list(
  { query }: ServiceCall,
  invalidations: readonly Invalidation[],
  isDone: (one: Invalidation) => boolean,
): string {
  const all = invalidations.toReversed();
  const marker = query.get('Marker');
  const from = marker ? all.findIndex(({ id }) => id === marker) + 1 : 0;
  const page = all.slice(from, from + Math.min(PAGE, Number(query.get('MaxItems') ?? PAGE)));
  const isTruncated = from + page.length < all.length;
  const Items = {
    InvalidationSummary: page.map((one) => ({
      Id: one.id,
      CreateTime: new Date(one.created).toISOString(),
      Status: isDone(one) ? 'Completed' : 'InProgress',
    })),
  };
  return xml({
    InvalidationList: {
      Marker: marker ?? '',
      MaxItems: PAGE,
      IsTruncated: isTruncated,
      Quantity: page.length,
      NextMarker: isTruncated ? page.at(-1)!.id : undefined,
      Items: page.length > 0 ? Items : undefined,
    },
  });
}

function create(
  call: ServiceCall,
  invalidations: Invalidation[],
  { now, isDone }: { readonly now: number; readonly isDone: (one: Invalidation) => boolean },
): Answer {
  const { reference, paths, quantity } = readBatch(call.body);
  call.entry.params.paths = paths;
  if (quantity !== paths.length)
    throw new AwsError('InconsistentQuantities', 400, 'The value of Quantity and the size of Items do not match.');
  if (paths.length > MAX_PATHS) throw new AwsError('BatchTooLarge', 413, 'Invalidation batch specified is too large.');
  if (paths.length === 0 || !paths.every(isValidPath)) {
    throw new AwsError('InvalidArgument', 400, 'Your request contains one or more invalid invalidation paths.');
  }
  const same = invalidations.find((one) => one.reference === reference);
  if (same && JSON.stringify(same.paths) !== JSON.stringify(paths)) {
    throw new AwsError(
      'InvalidationBatchAlreadyExists',
      400,
      'Your request contains a caller reference that was used before with other content.',
    );
  }
  if (same) return { status: 201, body: rendered(same, { isDone: isDone(same) }) };
  const inProgress = invalidations.filter((one) => !isDone(one)).flatMap((one) => one.paths);
  const wildcards = (all: readonly string[]) => all.filter((path) => path.endsWith('*')).length;
  const singles = [...inProgress, ...paths].length - wildcards([...inProgress, ...paths]);
  if (wildcards([...inProgress, ...paths]) > MAX_WILDCARDS || singles > MAX_PATHS) {
    throw new AwsError(
      'TooManyInvalidationsInProgress',
      400,
      'Processing your request will cause you to exceed the maximum number of in-progress wildcard invalidations.',
    );
  }
  const one = { id: `I${String(invalidations.length + 1).padStart(13, '0')}`, reference, paths, created: now };
  invalidations.push(one);
  return { status: 201, body: rendered(one, { isDone: false }) };
}

function readBatch(body: Buffer): { reference: string; paths: string[]; quantity: number } {
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Path', trimValues: false });
  const { InvalidationBatch: batch } = parser.parse(body.toString()) as {
    InvalidationBatch?: { CallerReference?: string; Paths?: { Quantity?: string; Items?: { Path?: string[] } } };
  };
  return {
    reference: batch?.CallerReference ?? '',
    paths: batch?.Paths?.Items?.Path ?? [],
    quantity: Number(batch?.Paths?.Quantity),
  };
}

/** Begins with a slash; `*` only at the end; RFC 1738's unsafe characters and non-ASCII only encoded. */
function isValidPath(path: string): boolean {
  return path.length <= 4_000 && /^\/(?:[A-Za-z0-9$\-_.+!'(),;:@&=/]|%[0-9A-Fa-f]{2})*\*?$/.test(path);
}

function rendered({ id, reference, paths, created }: Invalidation, { isDone }: { readonly isDone: boolean }): string {
  const Paths = { Quantity: paths.length, Items: { Path: paths } };
  return xml({
    Invalidation: {
      Id: id,
      Status: isDone ? 'Completed' : 'InProgress',
      CreateTime: new Date(created).toISOString(),
      InvalidationBatch: { Paths, CallerReference: reference },
    },
  });
}
