import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ROLE, type Scene } from '../../../harness/scene.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';
import { OWN, PUBLISHER, s3As, siteScene, upload } from './scene.ts';

/** What a viewer is given: text, or the status of a refusal. */
async function given({ sandbox }: Scene, path: string): Promise<string | number> {
  const answer = await fetch(`${sandbox.url}/_cloudfront/E2ARTIFACTS${path}`);
  return answer.status === 200 ? answer.text() : answer.status;
}

const invalidated = ({ sandbox }: Scene) =>
  sandbox.log.of('cloudfront', 'CreateInvalidation').map(({ params }) => params.paths);

/** A site that is released and in the caches. */
async function released(distribution = {}): Promise<Scene> {
  const policy = {
    Statement: [
      {
        Effect: 'Allow' as const,
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::shop-artifacts/*',
      },
    ],
  };
  const world = { buckets: { 'shop-artifacts': { policy } }, distributions: { E2ARTIFACTS: distribution } };
  const one = await siteScene({}, { world });
  await one.step(upload(OWN));
  for (const path of ['/', '/index.html', '/assets/style.css', '/robots.txt']) await given(one, path);
  one.sandbox.log.clear();
  return one;
}

const write = ({ job, sandbox }: Scene, name: string, text: string) => {
  // S3 tells whole seconds.
  sandbox.clock.advance(1_000);
  writeFileSync(join(job.workspace, 'site', name), text);
};

test('a page that is served for errors is forgotten under every address', async () => {
  const one = await released({ errorPage: { path: '/index.html', seconds: 86_400 } });
  expect(await given(one, '/products/42')).toContain('Shop');
  write(one, 'index.html', 'new');
  expect((await one.step(upload(OWN))).warnings).toEqual([]);
  expect(await given(one, '/products/42')).toBe('new');
  expect(invalidated(one)).toEqual([['/*']]);
  write(one, 'robots.txt', 'new');
  await one.step(upload(OWN));
  expect(invalidated(one).at(-1)).toEqual(['/robots.txt']);
  one.sandbox.faults.add({
    ...{ service: 'cloudfront', action: 'GetDistribution' },
    ...{ kind: 'status', status: 403, code: 'AccessDenied' },
  });
  write(one, 'index.html', 'newer');
  const blind = await one.step(upload(OWN));
  expect(blind.warnings.join()).toContain('whether index.html is also served for errors');
});

describe('what an earlier run owes the viewers', () => {
  test('an invalidation that was refused: the next run makes it, though nothing changed', async () => {
    const one = await released();
    write(one, 'index.html', 'new');
    one.sandbox.faults.add({
      service: 'cloudfront',
      action: 'CreateInvalidation',
      kind: 'status',
      status: 403,
      code: 'AccessDenied',
    });
    expect((await one.step(upload(OWN))).code).toBe(1);
    one.sandbox.faults.clear();
    expect(await given(one, '/')).toContain('Shop');
    one.sandbox.log.clear();
    const result = await one.step(upload(OWN));
    expect(result.errors).toEqual([]);
    expect(result.outputs).toMatchObject({ 's3-unchanged': '5', 's3-uploaded': '0' });
    expect(invalidated(one)).toEqual([['/', '/index.html']]);
    expect([await given(one, '/'), await given(one, '/index.html')]).toEqual(['new', 'new']);
    one.sandbox.log.clear();
    await one.step(upload(OWN));
    expect(invalidated(one)).toEqual([]);
  });

  test('an upload that stops at a page: what it replaced is invalidated at once', async () => {
    const one = await released();
    write(one, 'assets/style.css', 'h1 { color: red }\n');
    write(one, 'index.html', 'new');
    one.sandbox.faults.add({
      service: 's3',
      action: 'PutObject',
      kind: 'status',
      status: 403,
      code: 'AccessDenied',
      nth: 2,
    });
    const result = await one.step(upload(OWN));
    expect(result.code).toBe(1);
    expect(await given(one, '/assets/style.css')).toContain('red');
  });

  test('a run that was killed between the two', async () => {
    const one = await released();
    write(one, 'assets/style.css', 'h1 { color: red }\n');
    one.sandbox.faults.add({ service: 'cloudfront', action: 'CreateInvalidation', kind: 'hang' });
    let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
    const watch = setInterval(() => {
      if (one.sandbox.log.of('cloudfront', 'CreateInvalidation').length > 0) child?.kill('SIGKILL');
    }, 20).unref();
    await one.step(upload(OWN), {
      started: (step) => {
        child = step;
      },
    });
    clearInterval(watch);
    one.sandbox.faults.clear();
    expect(await given(one, '/assets/style.css')).toContain('teal');
    const result = await one.step(upload(OWN));
    expect(result.log).toContain('1 object was written since the last invalidation of its path');
    expect(await given(one, '/assets/style.css')).toContain('red');
  });

  test('a deletion: also one that was refused in part, or not told to CloudFront', async () => {
    const one = await released();
    const inputs = upload({ ...OWN, 's3-delete': 'true' });
    const remove = (name: string) => rmSync(join(one.job.workspace, 'site', name), { recursive: true });
    const bucket = (one.sandbox.world as unknown as { buckets: Record<string, BucketWorld> }).buckets[
      'shop-artifacts'
    ]!;
    const policy = bucket.policy!;
    const Resource = 'arn:aws:s3:::shop-artifacts/about/*';
    const keep = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource };
    Object.assign(bucket, { policy: { Statement: [policy.Statement, keep].flat() } });
    remove('robots.txt');
    remove('about');
    const refused = await one.step(inputs);
    expect(refused.errors.join()).toContain('1 object could not be deleted');
    expect(await given(one, '/robots.txt')).toBe(403);
    Object.assign(bucket, { policy });
    // Between the deletion and its invalidation: the second call of this run.
    remove('assets/style.css');
    one.sandbox.faults.add({
      service: 'cloudfront',
      action: 'CreateInvalidation',
      kind: 'status',
      status: 403,
      nth: 2,
    });
    expect((await one.step(inputs)).code).toBe(1);
    expect(one.sandbox.log.of('s3', 'DeleteObjects').at(-1)?.status).toBe(200);
    one.sandbox.faults.clear();
    one.sandbox.clock.advance(2_000);
    const next = await one.step(upload(OWN));
    expect(next.log).toContain('an earlier run was to delete objects');
    expect(invalidated(one).at(-1)).toContain('/assets/style.css');
    one.sandbox.log.clear();
    await one.step(upload(OWN));
    expect(invalidated(one)).toEqual([]);
  });

  test('a deletion of a run with paths of its own, which the next run does not have', async () => {
    const one = await released();
    rmSync(join(one.job.workspace, 'site/robots.txt'));
    const second = { service: 'cloudfront', action: 'CreateInvalidation', nth: 2 };
    // Viewers ask between the invalidation and the deletion.
    const ask = { service: 's3', action: 'DeleteObjects', kind: 'meanwhile', nth: 1 } as const;
    one.sandbox.faults.add({ ...second, kind: 'status', status: 403 });
    one.sandbox.faults.add({ ...ask, does: () => given(one, '/robots.txt') });
    expect((await one.step(upload({ ...OWN, 's3-delete': 'true', 'cloudfront-paths': '/*' }))).code).toBe(1);
    one.sandbox.faults.clear();
    expect(await given(one, '/robots.txt')).toContain('User-agent');
    one.sandbox.clock.advance(2_000);
    expect((await one.step(upload(OWN))).log).toContain('an earlier run was to delete objects');
    expect(await given(one, '/robots.txt')).toBe(403);
  });

  test('what LOCAL has no more, and a redirect', async () => {
    const one = await released();
    const redirects = { 's3-redirects': '/old => /new' };
    await one.step(upload({ ...OWN, ...redirects }));
    write(one, 'robots.txt', 'new');
    one.sandbox.faults.add({ service: 'cloudfront', action: 'CreateInvalidation', kind: 'status', status: 403 });
    const changed = upload({ ...OWN, 's3-redirects': '/old => /newer' });
    expect((await one.step(changed)).code).toBe(1);
    one.sandbox.faults.clear();
    rmSync(join(one.job.workspace, 'site/robots.txt'));
    one.sandbox.log.clear();
    expect((await one.step(changed)).code).toBe(0);
    expect(invalidated(one)).toEqual([['/old', '/robots.txt']]);
  });

  test('a key that somebody else deleted, and that viewers still have, is not new to them', async () => {
    const one = await released();
    const s3 = s3As(one.sandbox, ROLE);
    await s3.send(new DeleteObjectCommand({ Bucket: 'shop-artifacts', Key: 'index.html' }));
    write(one, 'index.html', 'new');
    write(one, 'assets/app.3d2c1b0a.js', 'new');
    await one.step(upload(OWN));
    expect(invalidated(one)).toEqual([['/', '/index.html']]);
    expect(await given(one, '/')).toBe('new');
  });

  test('two steps of one run that replace the same page make two invalidations', async () => {
    const one = await released();
    for (const text of ['one', 'two']) {
      write(one, 'index.html', text);
      await one.step(upload(OWN));
      expect(await given(one, '/')).toBe(text);
    }
  });

  test('paths that are given are invalidated in every run', async () => {
    const one = await released();
    const result = await one.step(upload({ ...OWN, 'cloudfront-paths': '/*' }));
    expect(result.outputs['s3-uploaded']).toBe('0');
    expect(invalidated(one)).toEqual([['/*']]);
  });

  test('a role that may not look is told what it may not see', async () => {
    const one = await released();
    const publish = one.sandbox.world.accounts[PUBLISHER]?.roles?.publish;
    const Action = ['s3:*', 'cloudfront:CreateInvalidation'];
    if (publish) publish.policies = { some: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } };
    const result = await one.step(upload(OWN));
    expect(result.code).toBe(0);
    expect(result.warnings.join()).toContain('Allow cloudfront:ListInvalidations and cloudfront:GetInvalidation');
  });

  test('a distribution that is not there ends the step before anything is sent', async () => {
    const one = await released();
    write(one, 'index.html', 'new');
    const result = await one.step(upload({ ...OWN, 'cloudfront-distribution': 'E9NOTTHERE' }));
    expect(result.errors[0]).toContain('there is no such distribution');
    expect(one.sandbox.log.of('s3', 'PutObject')).toEqual([]);
  });
});

test('several distributions, one with an origin path; the URL of what was published', async () => {
  const distributions = {
    E3PREFIX: {
      account: PUBLISHER,
      bucket: 'shop-artifacts',
      identity: 'oac',
      originPath: '/v2',
      aliases: ['shop.example'],
    },
  };
  const one = await siteScene({}, { world: { distributions } });
  const inputs = upload({
    's3-upload': 'site => s3://shop-artifacts/v2',
    'cloudfront-distribution': 'E3PREFIX => s3://shop-artifacts/v2\nE2ARTIFACTS',
  });
  expect((await one.step(inputs)).outputs.url).toBe('https://shop.example/');
  one.sandbox.log.clear();
  write(one, 'robots.txt', 'new');
  const result = await one.step(inputs);
  expect(result.errors).toEqual([]);
  expect(invalidated(one)).toEqual([['/robots.txt'], ['/v2/robots.txt']]);
  expect(result.outputs['cloudfront-invalidation-id']?.split(',')).toHaveLength(2);
});
