// docs/inputs.md and the list of names in src/ from action.yml: `npm run docs` writes them, `node scripts/docs.ts --check` fails when
// they differ.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

interface Entry {
  readonly description?: string;
  readonly default?: string;
}

const source = readFileSync('action.yml', 'utf8');
const action = parse(source) as { inputs: Record<string, Entry | null>; outputs: Record<string, Entry | null> };
const problems: string[] = [];

const page = 'docs/inputs.md';
const before = readFileSync(page, 'utf8');
const after = (['inputs', 'outputs'] as const).reduce(
  (text, kind) =>
    between(
      text,
      kind,
      sectionsOf(kind)
        .map(({ title, names }) => table(kind, title, names))
        .join('\n\n'),
    ),
  before,
);
const names = 'src/request/input-names.ts';
const written = [
  [page, before, after],
  ['action-types.yml', existsSync('action-types.yml') ? readFileSync('action-types.yml', 'utf8') : '', typesFile()],
  [names, existsSync(names) ? readFileSync(names, 'utf8') : '', namesFile()],
] as const;
for (const [path, is, shouldBe] of written) {
  if (!process.argv.includes('--check')) writeFileSync(path, shouldBe);
  // The types follow the source as well: a test looks after them.
  else if (is !== shouldBe && path !== 'action-types.yml')
    problems.push(`${path} is not what action.yml says: run npm run docs`);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** The names of a block of action.yml under its comments (`  # Sign in`), in the order of the file. */
function sectionsOf(kind: 'inputs' | 'outputs'): { title: string; names: string[] }[] {
  const sections: { title: string; names: string[] }[] = [];
  let inside = false;
  for (const line of source.split('\n')) {
    if (/^\S/.test(line) && !line.startsWith('#')) inside = line.startsWith(`${kind}:`);
    const title = /^ {2}# (.+)$/.exec(line)?.[1];
    const name = /^ {2}([a-z0-9_-]+):/.exec(line)?.[1];
    if (inside && title) sections.push({ title, names: [] });
    if (inside && name) sections.at(-1)?.names.push(name);
  }
  return sections.filter(({ names }) => names.length > 0);
}

function table(kind: 'inputs' | 'outputs', title: string, names: readonly string[]): string {
  const rows = names.map((name) => {
    const { description, default: preset } = action[kind][name] ?? {};
    if (!description) problems.push(`action.yml: ${kind}.${name} has no description`);
    const cells = kind === 'inputs' ? [defaultOf(preset, description)] : [];
    return `| ${[`\`${name}\``, ...cells, oneLine(description ?? '')].join(' | ')} |`;
  });
  const head =
    kind === 'inputs' ? '| input | default | meaning |\n| --- | --- | --- |' : '| output | meaning |\n| --- | --- |';
  return `### ${title}\n\n${head}\n${rows.join('\n')}`;
}

/** action.yml has no default for what the code decides; the description then says it. */
function defaultOf(preset = '', description = ''): string {
  const said = /\bDefaults to (\S+?)\.(\s|$)/.exec(description)?.[1];
  if (preset !== '' || said) return `\`${preset || said}\``;
  return description.includes('Defaults to') ? 'see right' : '';
}

/** https://github.com/typesafegithub/github-actions-typing: what editors and checkers know of the inputs, as the code reads them. */
function typesFile(): string {
  const source = globSync('src/**/*.ts')
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const reads = (how: string, name: string) => new RegExp(`\\b${how}\\(\\s*'${name}'`).test(source);
  const typeOf = (name: string): unknown => {
    if (reads('boolean', name)) return { type: 'boolean' };
    if (reads('integer', name)) return { type: 'integer' };
    const accepted = new RegExp(`oneOf\\(\\s*'${name}',\\s*\\[([^\\]]+)\\]`).exec(source)?.[1];
    if (accepted)
      return { type: 'enum', 'allowed-values': [...accepted.matchAll(/'([^']+)'/g)].map(([, value]) => value) };
    if (reads('lines', name) || reads('parsed', name)) {
      return { type: 'list', separator: '\n', 'list-item': { type: 'string' } };
    }
    return { type: 'string' };
  };
  const types = {
    inputs: Object.fromEntries(Object.keys(action.inputs).map((name) => [name, typeOf(name)])),
    outputs: Object.fromEntries(Object.keys(action.outputs).map((name) => [name, { type: 'string' }])),
  };
  return `# For editors and checkers; made by \`npm run docs\`. https://github.com/typesafegithub/github-actions-typing\n${stringify(types, { blockQuote: false })}`;
}

/** One name a line, so that two changes of action.yml rarely meet. */
function namesFile(): string {
  const lines = Object.keys(action.inputs).map((name) => `  '${name}',`);
  const head = '/** The inputs of action.yml, by which an unknown one is told. Made by `npm run docs`. */';
  const presets = Object.entries(action.inputs).flatMap(([name, entry]) =>
    // What GitHub fills in is another text in each job.
    entry?.default === undefined || entry.default.includes('${{')
      ? []
      : [`  ${/^\w+$/.test(name) ? name : `'${name}'`}: '${entry.default}',`],
  );
  return [
    head,
    'export const INPUT_NAMES: readonly string[] = [',
    ...lines,
    '];',
    '',
    '/** Their defaults, where they have one that is the same in each job. */',
    'export const INPUT_DEFAULTS: Readonly<Record<string, string>> = {',
    ...presets,
    '};',
    '',
  ].join('\n');
}

/** As a cell of a table: one line, bars escaped, and what GitHub would take for a tag kept as text. */
function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function between(text: string, mark: string, content: string): string {
  const [start, end] = [`<!-- ${mark} from action.yml -->`, `<!-- end of ${mark} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} lacks the marks ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}
