import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Dialect,
  isForCompose1,
  isForFrameworks,
  writeDotenv,
  writeValue,
} from '../../src/parameters/deliver/write-dotenv.ts';
import { readDocker } from '../../src/parameters/values/read-dotenv/docker.ts';
import { readShell } from '../../src/parameters/values/read-dotenv/shell.ts';
import { anyValue } from '../parameters/values/values.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyless-readers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Values that a dialect can hold, under names. */
function entriesFor(dialect: Dialect, fits: (value: string) => boolean = () => true) {
  const values = fc.sample(anyValue, { numRuns: 600, seed: 20_261_127 });
  const able = values.filter((value) => writeValue(value, dialect) !== undefined && fits(value));
  return able.map((value, nth) => ({ name: `V${nth}`, value }));
}

/** What docker-compose 1 makes of an env_file. It doubles each $ of what it prints. */
function composeOne(file: string): Record<string, string> {
  writeFileSync(join(folder, 'e.env'), file);
  writeFileSync(join(folder, 'docker-compose.yml'), 'version: "3"\nservices: { a: { image: x, env_file: e.env } }\n');
  const printed = execFileSync('docker-compose', ['config'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
  // YAML as the library reads it that wrote it: docker-compose needs it.
  const script = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))';
  const json = execFileSync('/usr/bin/python3', ['-c', script], {
    input: printed,
    env: { LC_ALL: 'C.UTF-8' },
  }).toString();
  const { services } = JSON.parse(json) as { services: { a: { environment: Record<string, string> } } };
  return Object.fromEntries(
    Object.entries(services.a.environment).map(([name, value]) => [name, value.replaceAll('$$', '$')]),
  );
}

const isComposeOne = /docker-compose version 1\./.test(
  spawnSync('docker-compose', ['--version']).stdout?.toString() ?? '',
);

(isComposeOne ? test : test.skip)(
  'docker-compose 1 reads back what is written for compose, but for what the step warns of',
  () => {
    // Its YAML prints line ends of Unicode so that no reader gives them back.
    const printable = (value: string) => !/[\x85\u2028\u2029\ufeff]/.test(value);
    const entries = entriesFor('compose', (value) => isForCompose1(value) && printable(value));
    expect(entries.length).toBeGreaterThan(400);
    const read = composeOne(writeDotenv(entries, 'compose'));
    for (const { name, value } of entries) expect([value, read[name]]).toEqual([value, value]);
  },
);

(isComposeOne ? test : test.skip)('what the step warns of, docker-compose 1 reads otherwise', () => {
  const values = ["it's $5", '${HOME}', 'a\\\\$b'];
  const read = composeOne(
    writeDotenv(
      values.map((value, nth) => ({ name: `V${nth}`, value })),
      'compose',
    ),
  );
  values.forEach((value, nth) => {
    expect(isForCompose1(value)).toBe(false);
    expect(read[`V${nth}`]).not.toBe(value);
  });
});

(has('/usr/bin/python3', '-c', 'import dotenv') ? test : test.skip)(
  'python-dotenv reads back what is written to be portable, but for what the step tells of',
  () => {
    const entries = entriesFor('portable', isForFrameworks);
    expect(entries.length).toBeGreaterThan(400);
    writeFileSync(join(folder, 'py.env'), writeDotenv(entries, 'portable'));
    const script = 'import dotenv, json, sys; print(json.dumps(dict(dotenv.dotenv_values(sys.argv[1]))))';
    const printed = execFileSync('/usr/bin/python3', ['-c', script, join(folder, 'py.env')], {
      env: { LC_ALL: 'C.UTF-8' },
    });
    const read = JSON.parse(printed.toString()) as Record<string, string>;
    for (const { name, value } of entries) expect([value, read[name]]).toEqual([value, value]);
  },
);

(has('podman', '--version') ? test : test.skip)(
  'podman reads back what is written for docker, and reads a stored file as the step does',
  () => {
    const root = join(folder, 'root');
    mkdirSync(root);
    const podman = (...args: string[]) =>
      execFileSync('podman', ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }).toString();
    const stored = 'A="quoted"\nB=p#w $x\nC=\'it\'\n';
    const entries = entriesFor('docker', (value) => value === value.trimEnd());
    writeFileSync(join(folder, 'p.env'), stored + writeDotenv(entries, 'docker'));
    const id = podman('create', '--env-file', join(folder, 'p.env'), '--rootfs', root, '/bin/true').trim();
    const env = JSON.parse(podman('inspect', id, '--format', '{{json .Config.Env}}')) as string[];
    const read = Object.fromEntries(env.map((it) => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]));
    for (const { name, value } of [...readDocker(stored).entries, ...entries])
      expect([name, value, read[name]]).toEqual([name, value, value]);
  },
);

/** Other versions of Node than the one that runs this: as `node20`, `node22` or `node` in PATH. */
test.each(['node', 'node20', 'node22', 'node24'].filter((node) => has(node, '--version')))(
  '%s --env-file reads back what is written for node',
  (node) => {
    const entries = entriesFor('node');
    writeFileSync(join(folder, 'n.env'), writeDotenv(entries, 'node'));
    const printed = execFileSync(
      node,
      ['--env-file', join(folder, 'n.env'), '-e', 'process.stdout.write(JSON.stringify(process.env))'],
      { env: { PATH: process.env.PATH } },
    );
    const read = JSON.parse(printed.toString()) as Record<string, string>;
    for (const { name, value } of entries) expect([value, read[name]]).toEqual([value, value]);
  },
);

(has('dash', '-c', ':') ? test : test.skip)('dash reads a stored file as the step does', () => {
  const text = `export A='it'\\''s' B=a#b # note\nC="a\\"b\\$"; D=x$\nE=a\\ b\n`;
  writeFileSync(join(folder, 'd.env'), text);
  const printed = execFileSync('dash', ['-c', `set -a; . '${join(folder, 'd.env')}'; env -0`], {
    env: { PATH: process.env.PATH },
  });
  const read = new Set(printed.toString().split('\0'));
  for (const { name, value } of readShell(text).entries) expect([...read]).toContain(`${name}=${value}`);
});
