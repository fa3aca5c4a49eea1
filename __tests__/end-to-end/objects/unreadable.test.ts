import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FILES, OWNER, read, siteScene, upload, writes } from './scene.ts';

const FILES_OF_ROOT = {
  ...FILES,
  'site/report.html': 'made by a container as root\n',
  'site/private/a.html': 'a\n',
  'site/listed/a.html': 'its name may be seen\n',
  'closed/index.html': 'closed\n',
  'links/index.html': 'links\n',
};

test('what the user of the runner may not read is named line by line before anything is sent, and can be left out', async () => {
  const { job, sandbox, step } = await siteScene({}, { files: FILES_OF_ROOT });
  const at = (path: string) => join(job.workspace, path);
  symlinkSync(at('site/report.html'), at('links/report.html'));
  symlinkSync(at('site/private/a.html'), at('links/private.html'));
  chmodSync(at('site/report.html'), 0);
  for (const folder of ['site/private', 'closed']) chmodSync(at(folder), 0);
  chmodSync(at('site/listed'), 0o444);
  execFileSync('mkfifo', [at('site/pipe')]);
  const server = createServer().listen(at('site/socket'));
  await once(server.unref(), 'listening');
  const lines = [
    'site => s3://shop-site',
    'closed => s3://shop-site/closed',
    'closed/*.html => s3://shop-site/glob',
    'site/report.html => s3://shop-site/one.html',
    'links => s3://shop-site/links',
    'site/private/a.html => s3://shop-site/two.html',
  ];
  // A line whose file cannot be seen is not one that finds nothing.
  const inputs = { 's3-follow-symlinks': 'true', 's3-if-no-files-found': 'warn' };
  const refused = await step(upload({ ...inputs, 's3-upload': lines.join('\n') }), { as: 'nobody' });
  expect(refused.errors.map((text) => text.split('\n')[0])).toEqual([
    'Input s3-upload, line 1: what is in site cannot all be read: report.html, listed/a.html, private/.',
    'Input s3-upload, line 2: closed cannot be read.',
    'Input s3-upload, line 3, closed/*.html: it cannot be read.',
    'Input s3-upload, line 4: site/report.html cannot be read.',
    'Input s3-upload, line 5: what is in links cannot all be read: private.html, report.html.',
    'Input s3-upload, line 6, site/private/a.html: it cannot be read.',
  ]);
  for (const text of refused.errors) expect(text).toMatch(/Fix: .*(chown -R "\$USER"|permissions of the file)/);
  expect(writes(sandbox)).toEqual([]);

  const left = ['site => s3://shop-site', '!private', '!listed', '!report.html'].join('\n');
  const result = await step(upload({ ...inputs, 's3-upload': left }), { as: 'nobody' });
  server.close();
  expect(result.errors).toEqual([]);
  expect(result.log).toContain('site: left out 2 neither file nor folder (pipe, socket)');
  expect(result.outputs['s3-uploaded']).toBe('5');
  expect(await read(sandbox, OWNER, 'report.html')).toBe(404);
});
