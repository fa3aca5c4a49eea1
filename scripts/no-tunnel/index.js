// Stands in for tunnel in the bundle. @actions/http-client imports it for requests through a proxy, and makes an agent of it when it
// is loaded; none of them is sent, as requests go through src/base/http.ts. Without an agent it makes one of Node's. The real one loads
// node:assert, which costs 1 ms at every start of the step.
export const httpOverHttp = () => undefined;
export const httpOverHttps = () => undefined;
export const httpsOverHttp = () => undefined;
export const httpsOverHttps = () => undefined;
