import type { HttpRequest, HttpResponse, RequestHandler, RequestHandlerMetadata } from '@smithy/types';
import type { Agents, Http } from '../base/http.ts';

/** What sends the requests of the SDK's clients. */
export interface SdkHandler extends RequestHandler<HttpRequest, HttpResponse> {
  readonly metadata: RequestHandlerMetadata;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
}

/**
 * The SDK's own handler on the step's connections, behind the step's own check of each request: wherever the SDK got an endpoint from
 * (a variable, the shared config file), it is held to the same rule. How long a call may take is
 * said by `base/retry.ts` alone, for a connection too. The handler is loaded at the first request: a client that the
 * step does not use costs nothing.
 */
export function sdkHandler(http: Http): SdkHandler {
  const load = async (agents: Agents) => {
    const { NodeHttpHandler } = await import('@smithy/node-http-handler');
    return new NodeHttpHandler({ httpAgent: agents.http, httpsAgent: agents.https });
  };
  // One for what goes through the proxy, and one for what does not.
  const loaded = new Map<Agents, ReturnType<typeof load>>();
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => {
      http.check(request);
      const agents = http.agentsFor(request);
      const handler = loaded.get(agents) ?? load(agents);
      loaded.set(agents, handler);
      return (await handler).handle(request as Parameters<Awaited<ReturnType<typeof load>>['handle']>[0], options);
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    // The connections are those of all clients, and of the step: none of them may end them.
    destroy: () => {},
  };
}
