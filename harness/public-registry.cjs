// Loaded into a step (NODE_OPTIONS): what is meant for public.ecr.aws goes to the server in PUBLIC_REGISTRY, in the clear.
const http = require('node:http');
const https = require('node:https');

const real = https.request;
https.request = (options, ...more) => {
  if (options.hostname !== 'public.ecr.aws') return real(options, ...more);
  const { agent: _, protocol: __, host: ___, hostname: ____, port: _____, ...others } = options;
  return http.request(new URL(options.path, process.env.PUBLIC_REGISTRY), others, ...more);
};
