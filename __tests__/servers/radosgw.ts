import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Signed, sha256, signatureOf } from '../../sandbox/http/sigv4.ts';
import { freePorts } from './ports.ts';

const run = promisify(execFile);

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Ceph's object gateway: an S3, STS and IAM that nobody here wrote, with accounts that are really apart. */
export interface Radosgw {
  /** `http://127.0.0.1:PORT`, for S3, STS and IAM. */
  readonly url: string;
  /** `radosgw-admin` with these arguments; its JSON. */
  admin(...args: string[]): Promise<unknown>;
  /** A user with keys. A tenant of 12 digits makes its ARNs look like AWS's. */
  createUser(uid: string, options?: { tenant?: string; caps?: string }): Promise<Keys>;
  /** One IAM call. Policies in it may hold no spaces. @throws Error with the answer */
  iam(keys: Keys, action: string, fields: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

/** One monitor, one OSD in memory, one gateway, all on loopback: about 13 s. */
export async function startRadosgw(): Promise<Radosgw> {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-ceph-'));
  const [port, v2, v1] = (await freePorts(3)) as [number, number, number];
  const conf = join(folder, 'ceph.conf');
  for (const name of ['mon', 'osd', 'log', 'run', 'rgw']) mkdirSync(join(folder, name));
  writeFileSync(conf, configuration(folder, { port, v2, v1 }));
  const ceph = (program: string, ...args: string[]) => run(program, ['-c', conf, ...args]);
  await makeKeyring(join(folder, 'keyring'));
  await startCluster(folder, ceph, `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`);
  await ceph('radosgw', '-n', 'client.rgw.a');
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(url).then((answer) => answer.status < 500));

  const admin = async (...args: string[]) => {
    const { stdout } = await ceph('radosgw-admin', '-n', 'client.rgw.a', ...args);
    return stdout.trim() ? JSON.parse(stdout) : undefined;
  };
  return {
    url,
    admin,
    createUser: async (uid, { tenant, caps } = {}) => {
      const keys = { accessKeyId: `AK${uid}${tenant ?? ''}`, secretAccessKey: `SK${uid}${tenant ?? ''}` };
      const of = tenant ? [`--tenant=${tenant}`] : [];
      const given = [`--access-key=${keys.accessKeyId}`, `--secret=${keys.secretAccessKey}`];
      await admin('user', 'create', `--uid=${uid}`, ...of, `--display-name=${uid}`, ...given);
      if (caps) await admin('caps', 'add', `--uid=${uid}`, ...of, `--caps=${caps}`);
      return keys;
    },
    iam: (keys, action, fields) => iamCall(url, keys, { Action: action, Version: '2010-05-08', ...fields }),
    stop: async () => {
      for (const name of ['client.rgw.a', 'osd.0', 'mon.a']) await end(join(folder, 'run', `${name}.pid`));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, { port, v2, v1 }: { port: number; v2: number; v1: number }): string {
  return `[global]
fsid = ${crypto.randomUUID()}
mon host = [v2:127.0.0.1:${v2}/0,v1:127.0.0.1:${v1}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth allow insecure global id reclaim = false
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
run dir = ${folder}/run
admin socket = ${folder}/run/$cluster-$name.$pid.asok
pid file = ${folder}/run/$name.pid
log file = ${folder}/log/$name.log
crash dir = ${folder}/log
[mon]
mon data = ${folder}/mon
mon initial members = a
mon cluster log file = ${folder}/log/cluster.log
mon data avail warn = 1
mon data avail crit = 1
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port}
rgw enable ops log = false
rgw enable usage log = false
rgw thread pool size = 32
rgw dns name = localhost
rgw s3 auth use sts = true
rgw sts key = abcdefghijklmnop
`;
}

async function makeKeyring(keyring: string): Promise<void> {
  const users = [
    ['mon.', 'mon', 'allow *'],
    ['client.admin', 'mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
    ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *'],
    ['client.rgw.a', 'mon', 'allow rw', 'osd', 'allow rwx'],
  ];
  for (const [index, [name = '', ...caps]] of users.entries()) {
    const pairs = Array.from({ length: caps.length / 2 }, (_, at) => [
      '--cap',
      caps[2 * at]!,
      caps[2 * at + 1]!,
    ]).flat();
    await run('ceph-authtool', [
      ...(index === 0 ? ['--create-keyring'] : []),
      keyring,
      '--gen-key',
      '-n',
      name,
      ...pairs,
    ]);
  }
}

type Ceph = (program: string, ...args: string[]) => Promise<{ stdout: string }>;

async function startCluster(folder: string, ceph: Ceph, monitor: string): Promise<void> {
  const fsid = /fsid = (.*)/.exec(readFileSync(join(folder, 'ceph.conf'), 'utf8'))?.[1] ?? '';
  const map = join(folder, 'monmap');
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', monitor, map]);
  await ceph('ceph-mon', '-i', 'a', '--mkfs', '--monmap', map, '--keyring', join(folder, 'keyring'));
  await ceph('ceph-mon', '-i', 'a');
  const osd = crypto.randomUUID();
  await ceph('ceph', '--connect-timeout', '20', 'osd', 'new', osd);
  await ceph('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  await ceph('ceph-osd', '-i', '0');
  await until(async () => (await ceph('ceph', 'osd', 'stat')).stdout.includes('1 up'));
}

async function iamCall(url: string, keys: Keys, fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams(fields).toString();
  const timestamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const { host } = new URL(url);
  const headers = {
    host,
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': timestamp,
    'x-amz-content-sha256': sha256(body),
  };
  const signedHeaders = Object.keys(headers).sort();
  const signed: Signed = {
    accessKeyId: keys.accessKeyId,
    date: timestamp.slice(0, 8),
    region: 'us-east-1',
    service: 'iam',
    signedHeaders,
    signature: '',
    sessionToken: '',
    timestamp,
    expires: undefined,
    presigned: false,
  };
  const head = { method: 'POST', path: '/', query: new URLSearchParams(), headers };
  const signature = signatureOf(head, signed, { secretAccessKey: keys.secretAccessKey, payloadHash: sha256(body) });
  const credential = `${keys.accessKeyId}/${signed.date}/us-east-1/iam/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  const answer = await fetch(`${url}/`, { method: 'POST', headers: { ...headers, authorization }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`radosgw ${fields.Action}: HTTP ${answer.status} ${text}`);
  return text;
}

/** Until it holds, for at most half a minute. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tried = 0; !(await holds().catch(() => false)); tried++) {
    if (tried === 300) throw new Error('the server did not come up');
    await delay(100);
  }
}

async function end(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < 30 && existsSync(`/proc/${pid}`); waited++) await delay(100);
  }
}
