// Stands in for undici in the bundle. @actions/http-client imports it for the proxy agent of @actions/github's fetch, and
// @actions/github for fetch itself; neither is called, as src/report/comment.ts gives it the step's own connections. The real one is
// 0.4 MB and costs 80-100 ms at every start of the step.
export class ProxyAgent {
  constructor() {
    throw new Error('undici is not in this bundle: requests go through src/base/http.ts');
  }
}

export function fetch() {
  throw new Error('undici is not in this bundle: requests go through src/base/http.ts');
}
