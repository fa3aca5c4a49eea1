import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import type { Environment } from './environment.ts';
import { Problem } from './problem.ts';
import { readText } from './read-text.ts';

/** The variables that name a file of certificates to trust besides Node's own: Node reads the second by itself, when it starts, as it does NODE_USE_SYSTEM_CA. */
const BUNDLES = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;

/**
 * Trusts the authorities of AWS_CA_BUNDLE, as the aws CLI, boto3 and the SDKs for other languages do: a proxy that opens TLS has its own.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * @param started the environment that Node started with, where it differs
 * @throws Problem when the file cannot be read
 */
export function trustBundles(env: Environment, started: Environment = env): void {
  const files = BUNDLES.flatMap((name) => {
    const file = env[name];
    return file && (name === 'AWS_CA_BUNDLE' || file !== started[name]) ? [{ name, file }] : [];
  });
  const withSystem = env.NODE_USE_SYSTEM_CA === '1' && started.NODE_USE_SYSTEM_CA !== '1';
  // Node 24.5 and newer; the runner's older ones trust what NODE_EXTRA_CA_CERTS names.
  if ((files.length === 0 && !withSystem) || !tls.setDefaultCACertificates) return;
  const added = files.flatMap(({ name, file }) => {
    const on = `Variable ${name}`;
    let text: string;
    try {
      text = readText(file);
    } catch (cause) {
      const fix = `correct its path, or unset ${name}`;
      throw new Problem({ on, what: `the file ${file} cannot be read`, fix, cause });
    }
    const certificates = text.match(CERTIFICATE) ?? [];
    if (certificates.length > 0 && certificates.every(isReadable)) return certificates;
    const fix = 'give a file of certificates that begin with -----BEGIN CERTIFICATE-----';
    throw new Problem({ on, what: `the file ${file} holds no certificate in PEM, or a damaged one`, fix });
  });
  const system = withSystem ? tls.getCACertificates('system') : [];
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...system, ...added]);
}

function isReadable(certificate: string): boolean {
  try {
    new X509Certificate(certificate);
    return true;
  } catch {
    return false;
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
