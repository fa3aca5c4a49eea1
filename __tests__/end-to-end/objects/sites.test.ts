import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { FILES, head, OWNER, read, s3As, siteScene, upload } from './scene.ts';

/** Set-ups of public reports. */

const OWN = { 's3-upload': 'site => s3://shop-artifacts' };
const serve = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::shop-artifacts/*',
};
const SERVED = { buckets: { 'shop-artifacts': { policy: { Statement: [serve] } } } };

test('whatever form of a name viewers ask for, they get what is new', async () => {
  // What is cut to a wildcard takes others with it.
  const cut = ['runtime~main.js', 'blog/[slug].html', '~user/index.html', 'a|b^`{d}.html'];
  const exact = [
    '(group)/page.html',
    '@slot/x.html',
    'c++.html',
    '100%.html',
    'a#b?.html',
    'a&b,c;d=e.html',
    "it's.html",
    'ü ö.html',
    '$x!*1.html',
  ];
  const files = Object.fromEntries([...cut, ...exact].map((name) => [`site/${name}`, 'old']));
  const { sandbox, job, step } = await siteScene({}, { files, world: SERVED });
  const inputs = upload({ ...OWN, 'cloudfront-distribution': 'E2ARTIFACTS' });
  const first = await step(inputs);
  expect(first.warnings).toEqual([expect.stringContaining('a plain link does not reach: c++.html')]);
  const plain = (name: string) => name.replace(/[%#?]/g, (char) => encodeURIComponent(char));
  for (const names of [exact, cut]) {
    const addresses = names.flatMap((name) => [
      name.split('/').map(encodeURIComponent).join('/'),
      ...(name.includes('+') ? [] : [plain(name)]),
      ...(name.includes(' ') ? [encodeURI(name).replaceAll('%20', '+')] : []),
    ]);
    const given = () =>
      Promise.all(
        addresses.map(async (path) => [
          path,
          await (await fetch(`${sandbox.url}/_cloudfront/E2ARTIFACTS/${path}`)).text(),
        ]),
      );
    expect(await given()).toEqual(addresses.map((path) => [path, 'old']));
    for (const name of names) writeFileSync(join(job.workspace, 'site', name), 'new');
    sandbox.clock.advance(1_000);
    expect((await step(inputs)).errors).toEqual([]);
    expect(await given()).toEqual(addresses.map((path) => [path, 'new']));
  }
});

test('a release to the root of a bucket does not take a preview with it', async () => {
  const { sandbox, step } = await siteScene();
  await step(upload({ 's3-upload': 'site => s3://shop-site/pr-12' }));
  await s3As(sandbox, OWNER).send(
    new PutObjectCommand({ Bucket: 'shop-site', Key: 'blog/index.html', Body: 'an old section' }),
  );
  const result = await step(upload({ 's3-delete': 'true' }));
  expect(result.errors.join()).toMatch(/another site: pr-12\/[\s\S]*!pr-12\/\*\*[\s\S]*s3-max-delete: 6/);
  expect(await read(sandbox, OWNER, 'index.html')).toBe(404);
  const keeping = await step(upload({ 's3-upload': 'site => s3://shop-site\n!pr-*/**', 's3-delete': 'true' }));
  expect([keeping.errors, keeping.outputs['s3-deleted']]).toEqual([[], '1']);
  expect(await read(sandbox, OWNER, 'pr-12/index.html')).toBe(FILES['site/index.html']);
  const all = await step(upload({ 's3-delete': 'true', 's3-max-delete': '100%', 'dry-run': 'true' }));
  expect(all.errors).toEqual([]);
  const stated = await step(upload({ 's3-delete': 'true', 's3-max-delete': '5' }));
  expect([stated.errors, stated.outputs['s3-deleted']]).toEqual([[], '5']);
});

test('pages without an extension are pages, and go last', async () => {
  const files = {
    'site/about': '<!DOCTYPE html>\n<title>About</title>',
    'site/LICENSE': 'MIT',
    'site/old.htm': '<p>old</p>',
    'site/z.css': 'a {}',
  };
  const { sandbox, step } = await siteScene({}, { files });
  expect((await step(upload())).errors).toEqual([]);
  const typeOf = async (key: string) => (await head(sandbox, key)).ContentType;
  expect(await typeOf('about')).toBe('text/html; charset=utf-8');
  expect(await typeOf('LICENSE')).toBe('application/octet-stream');
  const sent = sandbox.log.of('s3', 'PutObject').map(({ params }) => params.key);
  expect(sent.slice(-2).sort()).toEqual(['about', 'old.htm']);
});

test('what Intelligent-Tiering has archived is told, and sent whole where a header changes', async () => {
  const bucket = { archivesIdle: true, policy: { Statement: [serve] } };
  const { sandbox, step } = await siteScene({}, { world: { buckets: { 'shop-artifacts': bucket } } });
  const inputs = upload({ ...OWN, 'cloudfront-distribution': 'E2ARTIFACTS' });
  await step({ ...inputs, 's3-storage-class': 'INTELLIGENT_TIERING' });
  expect((await step(inputs)).warnings).toEqual([expect.stringContaining('Intelligent-Tiering has archived them')]);
  sandbox.log.clear();
  expect((await step({ ...inputs, 's3-cache-control': '*.txt => no-cache' })).errors).toEqual([]);
  expect(sandbox.log.of('s3', 'CopyObject')).toEqual([]);
});

test('an origin path is found in the configuration, and queries are forgotten too where the cache keeps them apart', async () => {
  const distributions = { E2ARTIFACTS: { originPath: '/v2', byQuery: true } };
  const { sandbox, job, step } = await siteScene({}, { world: { ...SERVED, distributions } });
  const inputs = upload({ 's3-upload': 'site => s3://shop-artifacts/v2', 'cloudfront-distribution': 'E2ARTIFACTS' });
  const first = await step(inputs);
  expect([first.errors, first.warnings]).toEqual([[], []]);
  expect(first.outputs.url).toMatch(/\.cloudfront\.net\/$/);
  const given = async (path: string) => (await fetch(`${sandbox.url}/_cloudfront/E2ARTIFACTS${path}`)).text();
  const paths = ['/index.html', '/index.html?utm_source=mail', '/assets/style.css?v=1'];
  for (const path of paths) expect(await given(path)).not.toBe('new');
  for (const name of ['index.html', 'assets/style.css']) writeFileSync(join(job.workspace, 'site', name), 'new');
  sandbox.clock.advance(1_000);
  expect((await step(inputs)).errors).toEqual([]);
  for (const path of paths) expect([path, await given(path)]).toEqual([path, 'new']);
});

test('a distribution that serves nothing of the release is told', async () => {
  const distributions = { E2ARTIFACTS: { originPath: '/v2' } };
  const buckets = { 'shop-artifacts-2': { account: '111122223333' } };
  const { step } = await siteScene({}, { world: { buckets, distributions } });
  const told = [
    expect.stringContaining('E2ARTIFACTS serves s3://shop-artifacts/v2/, and s3-upload puts nothing there'),
  ];
  for (const to of ['shop-artifacts-2', 'shop-artifacts', 'shop-artifacts/v1']) {
    const result = await step(
      upload({ 's3-upload': `site => s3://${to}`, 'cloudfront-distribution': 'E2ARTIFACTS', 'dry-run': 'true' }),
    );
    expect([to, result.warnings]).toEqual([to, told]);
  }
  const named = {
    's3-upload': 'site => s3://shop-artifacts',
    'cloudfront-distribution': 'E2ARTIFACTS => s3://shop-artifacts/v3',
  };
  expect((await step(upload({ ...named, 'dry-run': 'true' }))).warnings).toHaveLength(1);
});

test('a rule without a folder that leaves out what lies deeper is told, unless the root is meant', async () => {
  const names = [
    'index.html',
    'about/index.html',
    'app.js.map',
    'assets/x.js.map',
    'feed.json',
    'data/a.json',
    'a.css',
  ];
  const files = Object.fromEntries([...names, 'lib/b.css'].map((name) => [`site/${name}`, name]));
  const { sandbox, step } = await siteScene({}, { files });
  const rules = [
    '**/* => max-age=60',
    '*.html => no-cache',
    'data/** => max-age=9',
    '*.json => no-cache',
    '/*.css => no-cache',
  ];
  const inputs = upload({
    's3-upload': 'site => s3://shop-site\n!*.map',
    's3-cache-control': rules.join('\n'),
    's3-content-language': '*.html => en',
  });
  const result = await step(inputs);
  const without =
    'directly in LOCAL. In its folders it leaves out 1 file (about/index.html). Write **/*.html for any depth, or /*.html';
  expect(result.warnings).toEqual([
    expect.stringContaining(`s3-cache-control: *.html matches only what lies ${without}`),
    expect.stringContaining(`s3-content-language: *.html matches only what lies ${without}`),
    expect.stringMatching(
      /: !\*\.map leaves out only what lies.*keep back 1 file \(assets\/x\.js\.map\)\. Write !\*\*\/\*\.map/,
    ),
  ]);
  expect((await head(sandbox, 'about/index.html')).CacheControl).toBe('max-age=60');
});

test('what only a website of S3, or code at the edge, serves is told or named in full', async () => {
  const files = {
    ...FILES,
    'site/Build/game.wasm.br': 'brotli',
    'site/Build/game.data.gz': 'gzip',
    'site/a.csv.gz': 'gzip',
  };
  const distributions = { E2ARTIFACTS: { rootObject: '' } };
  const { sandbox, step } = await siteScene({}, { files, world: { distributions } });
  const at = sandbox.world.distributions as Record<string, Record<string, unknown>>;
  const inputs = {
    's3-upload': 'site => s3://shop-artifacts/docs',
    'cloudfront-distribution': 'E2ARTIFACTS',
    's3-redirects': '/old => /new',
    'dry-run': 'true',
  };
  const tried = async (changed: Record<string, unknown>, more = {}) => {
    at.E2ARTIFACTS = { ...at.E2ARTIFACTS, ...changed };
    const { warnings, errors, outputs } = await step(upload({ ...inputs, ...more }));
    const { url } = JSON.parse(outputs.plan ?? '{}').objects ?? {};
    return { warnings, errors, path: url && new URL(url).pathname };
  };
  const plain = await tried({});
  expect(plain.warnings).toEqual([
    expect.stringMatching(/^2 files for browsers are compressed.*: Build\/game\.data\.gz, Build\/game\.wasm\.br\./),
    expect.stringMatching(/asks the bucket shop-artifacts itself.*an empty page at \/old\. To redirect/),
  ]);
  expect(plain.path).toBe('/docs/index.html');
  expect((await tried({ rewrites: true })).path).toBe('/docs/');
  const rules = { 's3-content-encoding': '**/*.br => br\nBuild/*.gz => gzip' };
  expect(await tried({ rewrites: false, isWebsite: true }, rules)).toEqual({
    warnings: [],
    errors: [],
    path: '/docs/',
  });
  const root = { 's3-upload': 'site => s3://shop-artifacts', 's3-redirects': '' };
  expect((await tried({ isWebsite: false }, root)).path).toBe('/index.html');
  expect((await tried({ rootObject: 'index.html' }, root)).path).toBe('/');
  const tenants = await tried({ tenantsOnly: true });
  expect(tenants.errors.join()).toMatch(
    /a multi-tenant distribution, .*its tenants do.*--association-filter DistributionId=E2ARTIFACTS/s,
  );
});

test('what is replaced under its name, though browsers keep it for a year, is told', async () => {
  const { job, step } = await siteScene();
  const inputs = upload({ 's3-cache-control': '**/* => public, max-age=31536000, immutable\n**/*.html => no-cache' });
  expect((await step(inputs)).warnings).toEqual([]);
  for (const name of ['index.html', 'robots.txt', 'assets/app.0a1b2c.js'])
    writeFileSync(join(job.workspace, 'site', name), 'new');
  expect((await step(inputs)).warnings).toEqual([
    expect.stringMatching(
      /browsers keep 1 object that changes under its name .*immutable\), whatever is invalidated: robots\.txt\./,
    ),
  ]);
  expect((await step({ ...inputs, 's3-upload-unchanged': 'true' })).warnings).toEqual([]);
});
