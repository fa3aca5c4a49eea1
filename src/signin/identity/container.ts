import { shortly } from '../../base/edge/network.ts';
import type { Environment } from '../../base/environment.ts';
import { type Http, readBody, USER_AGENT } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { SignInContext } from '../sts/context.ts';
import { MetadataError, patience } from './metadata.ts';
import { Absent, credentialsOf, Failing, type Given, gist } from './source.ts';

/**
 * The role of the container, by the agent beside it: EKS Pod Identity, ECS, CodeBuild. No proxy is used.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export async function containerCredentials(context: SignInContext): Promise<Given> {
  const { env, call } = context;
  const url = agentUrl(env);
  if (!url)
    throw new Absent('AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_CREDENTIALS_RELATIVE_URI are not set');
  const http = context.direct();
  try {
    return await call(
      "the container's role from its agent",
      (signal) => read(http, url, { env, signal }),
      patience(context),
    );
  } catch (error) {
    if (error instanceof Failing) throw error;
    const said = error instanceof MetadataError && error.message ? `: ${error.message}` : '';
    const answer = error instanceof Problem ? gist(error) : `it answered ${shortly(error)}`;
    throw new Failing(`${error instanceof MetadataError ? `it answered HTTP ${error.status}${said}` : answer}`, {
      cause: error,
    });
  } finally {
    http.close();
  }
}

function agentUrl(env: Environment): URL | undefined {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const full = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  const text = relative ? `http://169.254.170.2${relative}` : full;
  if (!text) return undefined;
  // A host would be made of it.
  if (relative && !relative.startsWith('/'))
    throw new Failing('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a /');
  const url = URL.parse(text);
  if (!url) throw new Failing(`AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI is not a URL`);
  return url;
}

/** The file is read at each use: EKS rotates it. */
function authorization(env: Environment): string | undefined {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  let token = env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  if (file) {
    try {
      token = readText(file);
    } catch (thrown) {
      const { code = 'error' } = thrown as NodeJS.ErrnoException;
      throw new Failing(`its token file ${file} (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) cannot be read (${code})`, {
        cause: thrown,
      });
    }
  }
  const trimmed = token?.trim();
  if (trimmed && /[\r\n]/.test(trimmed)) throw new Failing('its authorization token has several lines');
  return trimmed || undefined;
}

async function read(http: Http, url: URL, { env, signal }: { env: Environment; signal: AbortSignal }): Promise<Given> {
  const token = authorization(env);
  const headers = { accept: 'application/json', 'user-agent': USER_AGENT, ...(token ? { authorization: token } : {}) };
  const answer = await http.request({ method: 'GET', url, headers, signal, plain: 'metadata' });
  const body = (await readBody(answer, 1 << 16)).toString('utf8');
  if (answer.status !== 200) throw new MetadataError(answer.status, reasonIn(body));
  const found = credentialsOf(body);
  if (typeof found === 'string') throw new MetadataError(200, found);
  return { credentials: found };
}

/** An agent's own words for an error: `{"code": …, "message": …}`, or one line of text. */
function reasonIn(body: string): string {
  let said = body;
  try {
    const value = JSON.parse(body) as Record<string, unknown>;
    said = [value.code ?? value.Code, value.message ?? value.Message].filter((it) => typeof it === 'string').join(': ');
  } catch {
    // Not JSON.
  }
  const line = said.trim().split('\n')[0] ?? '';
  return /^[\x20-\x7e]{1,300}$/.test(line) && !line.startsWith('<') ? line : '';
}
