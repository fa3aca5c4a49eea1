// Stands in for undici in the bundle. @actions/http-client imports undici only for the proxy agent of @actions/github's
// fetch, which this action never calls; the real one is 0.4 MB and costs 80-100 ms at every start of the step.
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not in this bundle: requests go through src/base/http.ts');
  }
}
