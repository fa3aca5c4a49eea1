import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { startJob } from '../../harness/runner.ts';
import { evaluatedAll } from '../examples/expressions.ts';
import { ACTION, pages, type Step, stepsIn, yamlBlocks } from '../examples/workflows.ts';

const WEB = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web';
const CONTEXTS = {
  github: { sha: 'c0ffee', ref_name: 'main' },
  vars: {},
  inputs: {},
  matrix: {},
  steps: { meta: { outputs: { tags: `${WEB}:main\n${WEB}:latest` } } },
};

const snippets = pages()
  .flatMap(yamlBlocks)
  .map(({ where, text }) => [where, stepsIn(parse(text)).filter(({ uses = '' }) => ACTION.test(uses))] as const)
  .filter(([, steps]) => steps.length > 0);

/** The local files that a snippet takes for granted. */
async function filesOf({ with: inputs = {} }: Step): Promise<Record<string, string | Buffer>> {
  const layout = new LayoutBuilder();
  const files = layout.layout(await layout.image(['content']));
  const archive = await tarOf(files);
  const found: Record<string, string | Buffer> = {};
  for (const [, source = ''] of String(inputs.images ?? '').matchAll(/^\s*(\S+) =>/gm)) {
    const [, kind, path = ''] = /^(?:(oci|oci-archive|docker-archive|docker):)?(.+)$/.exec(source) ?? [];
    if (kind === 'oci') for (const [name, content] of Object.entries(files)) found[`${path}/${name}`] = content;
    else if (kind?.endsWith('archive')) found[path] = archive;
  }
  for (const [, local = ''] of String(inputs['s3-upload'] ?? '').matchAll(/^\s*([^!\s]\S*) =>/gm)) {
    const folder = local.split('*')[0] ?? '';
    if (/\.\w+$/.test(folder)) found[folder] = 'content';
    else found[`${folder.replace(/\/?$/, '/')}index.html`] = 'content';
  }
  return found;
}

/** Problems of inputs are found, all of them, before anything is sent: a job without an identity shows whether there are any. */
test.each(snippets)('%s: dist/ takes its inputs', async (_, steps) => {
  for (const step of steps) {
    const job = startJob({ files: await filesOf(step), env: { AWS_REGION: 'eu-west-1' } });
    const { errors } = await job.step(evaluatedAll(step.with, CONTEXTS));
    job.end();
    expect(errors.filter((error) => error.startsWith('Input '))).toEqual([]);
  }
});
