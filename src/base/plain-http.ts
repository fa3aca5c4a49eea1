import { Problem } from './problem.ts';
import { quote } from './quote.ts';

/**
 * Where a request may go over plain HTTP, apart from the machine itself: most go to the hosts of `plain-http-hosts` too (`named`),
 * GitHub's tokens go nowhere else (`loopback`), and only what asks the machine who it is speaks to the metadata services (`metadata`).
 */
export type PlainUse = 'named' | 'loopback' | 'metadata';

type Address = Pick<URL, 'protocol' | 'hostname'> & { readonly port?: string | number | undefined };

/**
 * Link-local addresses of EC2, ECS and EKS Pod Identity: they do not leave the machine.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
const METADATA_SERVICES = ['169.254.169.254', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', '[fd00:ec2::254]'];

/** A secret, a token or a signature that crosses a network in plain HTTP belongs to whoever listens there. */
export function isPlainAllowed(url: Address, use: PlainUse, named: readonly string[]): boolean {
  if (url.protocol !== 'http:') return true;
  const host = hostOf(url.hostname);
  if (isLoopback(url.hostname)) return true;
  if (use === 'metadata' && METADATA_SERVICES.includes(host)) return true;
  if (use === 'loopback') return false;
  const port = String(url.port ?? '') || '80';
  return named.some((it) => it === host || it === `${host}:${port}`);
}

/** @throws Problem for a request in plain HTTP that may not leave the machine */
export function checkPlain(url: Address, use: PlainUse, named: readonly string[]): void {
  if (!isPlainAllowed(url, use, named)) throw new Problem({ on: hostOf(url.hostname), ...plainProblem(url, use) });
}

/** What is wrong with such an address, and what to do. */
export function plainProblem(url: Pick<URL, 'hostname'>, use: PlainUse): { what: string; why: string; fix: string } {
  const host = hostOf(url.hostname);
  return {
    what: 'plain HTTP to this host is not allowed',
    why: 'a token or a signature would cross the network in the clear',
    fix:
      use === 'loopback'
        ? "use https://; a token of GitHub's never goes over plain HTTP beyond this machine, plain-http-hosts or not"
        : `use https://; for a server in a service container, which has no TLS, write its name in plain-http-hosts: ${host}`,
  };
}

/**
 * One host of `plain-http-hosts`: a name or an address, with a port or for all ports, as it stands in a URL.
 * @throws Problem
 */
export function parsePlainHost(text: string): string {
  const [, name = '', port] = /^([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const url = `http://${name}${port ? `:${port}` : ''}`;
  if (name !== '' && URL.canParse(url)) return `${hostOf(new URL(url).hostname)}${port ? `:${port}` : ''}`;
  throw new Problem({
    what: `${quote(text)} is not a host`,
    fix: 'write a name or an address, with or without a port: localstack, or minio:9000',
  });
}

/** A trailing dot names the same host. */
function hostOf(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a host is the machine itself, by its address or the one reserved name. What only looks like it does not count: names
 * (`127.0.0.1.example.com`, `localhost.example.com`) lead where their owner wants. `new URL` has brought other spellings of an
 * address (`127.1`, `0x7f.1`) to this form. https://www.rfc-editor.org/rfc/rfc6890#section-2.2
 */
export function isLoopback(hostname: string): boolean {
  const host = hostOf(hostname);
  return (
    host === 'localhost' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) ||
    /^\[?(::1|::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]?$/.test(host)
  );
}
