import { XMLParser } from 'fast-xml-parser';
import { xml } from './http/render.ts';
import { type Answer, AwsError, type Core, type Head, type Service, type ServiceCall } from './service.ts';
import { sectionOf, type World } from './world.ts';

/** A distribution as the world file states it. */
export interface DistributionWorld {
  readonly account: string;
  /** Its origin. */
  readonly bucket: string;
  /** How it signs requests to its origin: origin access control, or the older identity. */
  readonly identity: 'oac' | 'oai';
}

export function distributionsOf(world: World): Readonly<Record<string, DistributionWorld>> {
  return sectionOf<DistributionWorld>(world, 'distributions');
}

interface Invalidation {
  readonly id: string;
  readonly reference: string;
  readonly paths: readonly string[];
  readonly created: number;
}

/** An invalidation takes so long on the sandbox's clock. */
const INVALIDATION_MS = 1_000;
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_PATHS = 3_000;
const MAX_WILDCARDS = 15;
const PATH = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?$/;

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/ */
export function makeCloudFront(core: Core): Service {
  const made = new Map<string, Invalidation[]>();
  return {
    name: 'cloudfront',
    protocol: 'rest-xml',
    actionOf: ({ method, path }: Head) => {
      const [, , id] = PATH.exec(path) ?? [];
      if (!PATH.test(path)) return undefined;
      return { POST: id ? undefined : 'CreateInvalidation', GET: id ? 'GetInvalidation' : undefined }[method];
    },
    handle: (call) => {
      const [, distribution = '', id = ''] = PATH.exec(call.path) ?? [];
      const found = distributionsOf(core.world)[distribution];
      call.authorize({
        action: `cloudfront:${call.action}`,
        resource: `arn:aws:cloudfront::${call.caller.account}:distribution/${distribution}`,
      });
      if (found?.account !== call.caller.account) {
        throw new AwsError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
      }
      const invalidations = made.get(distribution) ?? [];
      made.set(distribution, invalidations);
      const isDone = ({ created }: Invalidation) => core.clock.now() - created >= INVALIDATION_MS;
      if (call.action === 'GetInvalidation') {
        const one = invalidations.find((it) => it.id === id);
        if (!one) throw new AwsError('NoSuchInvalidation', 404, 'The specified invalidation does not exist.');
        return { body: rendered(one, isDone(one)) };
      }
      return create(call, invalidations, core.clock.now(), isDone);
    },
  };
}

function create(
  call: ServiceCall,
  invalidations: Invalidation[],
  now: number,
  isDone: (one: Invalidation) => boolean,
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
  if (same) return { status: 201, body: rendered(same, isDone(same)) };
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
  return { status: 201, body: rendered(one, false) };
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

function rendered({ id, reference, paths, created }: Invalidation, isDone: boolean): string {
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
