// Loaded into a step (NODE_OPTIONS): what is meant for public.ecr.aws goes to the server in PUBLIC_REGISTRY, in the clear.
const http = require('node:http');
const https = require('node:https');

const real = https.request;
https.request = (url, options, ...more) => {
  if (!(url instanceof URL) || url.host !== 'public.ecr.aws') return real(url, options, ...more);
  const { agent: _, ...others } = options;
  return http.request(new URL(url.pathname + url.search, process.env.PUBLIC_REGISTRY), others, ...more);
};
