// A webhook for bench/webhooks.ts, in a process of its own: says where it is, and admits everything.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { testAuthority } from '../../src/kit/x509/authority.fake.ts';

const authority = testAuthority();
const ANSWER = JSON.stringify({ kind: 'AdmissionReview', response: { uid: 'u', allowed: true } });
const server = createServer(authority.server(), (request, response) => {
  request.resume();
  request.on('end', () => response.end(ANSWER));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const caBundle = Buffer.from(authority.ca).toString('base64');
  process.send?.({ url: `https://127.0.0.1:${port}/`, caBundle });
});
process.on('disconnect', () => process.exit());
