// `node /api.js PATH`: asks the API server as a pod does, by its DNS name, with the mounted certificate and token.
const { readFileSync } = require('node:fs');
const https = require('node:https');

const mounted = (name) => readFileSync(`/var/run/secrets/kubernetes.io/serviceaccount/${name}`);
const headers = { authorization: `Bearer ${mounted('token')}` };
https.get(
  `https://kubernetes.default.svc${process.argv[2]}`,
  { ca: mounted('ca.crt'), headers, agent: false },
  (answer) => {
    answer.pipe(process.stdout);
  },
);
