import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Credential } from '../cluster/pki/credential-files.ts';
import { type ClusterCertificates, ensureCertificates } from '../cluster/pki/ensure-certificates.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import { type Logger, silentLogger } from '../kit/log.ts';
import { type HttpsApiServer, startHttpsServer } from '../sim/https-server.ts';

const DAY = 86_400_000;
let directory: string;
/** Milliseconds by which the server's clock is ahead. */
let ahead = 0;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
let certificates: ClusterCertificates;
let server: HttpsApiServer;
let session: ClientHttp2Session;
/** Why clients were not authenticated. */
let warnings: string[] = [];

beforeEach(async () => {
  ahead = 0;
  const staticTokens = new Map([['letmein', { name: 'alice', groups: ['system:authenticated'] }]]);
  warnings = [];
  const warn = (message: string, { error }: { readonly error?: unknown } = {}) =>
    message === 'unable to authenticate the request' && warnings.push(String(error));
  const log: Logger = { ...silentLogger, warn, child: () => log };
  server = await startHttpsServer({ clock, staticTokens, log });
  ({ certificates, directory } = server);
  session = dial(certificates.superAdmin);
});

afterEach(async () => {
  session.destroy();
  await server.stop();
});

const dial = (credential?: Pick<Credential, 'certificate' | 'key'>) =>
  connect(server.url, {
    rejectUnauthorized: false,
    ...(credential && { cert: credential.certificate, key: credential.key }),
  });

async function whoAmI(on: ClientHttp2Session, token?: string) {
  const stream = on.request({
    ':method': 'POST',
    ':path': '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  });
  stream.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }));
  const [headers] = await once(stream, 'response');
  const body = JSON.parse(await text(stream));
  return { status: headers[':status'], user: body.status?.userInfo?.username, reason: body.reason };
}

test('a client certificate that expires is refused at the next request on the open connection', async () => {
  assert.equal((await whoAmI(session)).user, 'kubernetes-super-admin');
  ahead = 400 * DAY;
  assert.deepEqual(await whoAmI(session), { status: 401, user: undefined, reason: 'Unauthorized' });
  ahead = -400 * DAY;
  assert.equal((await whoAmI(session)).status, 401);
  ahead = 0;
  assert.equal((await whoAmI(session)).status, 201);
  const shown = warnings.map((line) => line.replace(/\d{4}-[\dT:-]+Z/g, 'T'));
  assert.deepEqual(shown, ['x509: certificate has expired or is not yet valid: current time T is after T']);
});

test('a bearer token still authenticates on a connection whose certificate has expired', async () => {
  ahead = 400 * DAY;
  assert.equal((await whoAmI(session, 'letmein')).user, 'alice');
});

test('a certificate of another authority is refused, and a client without one is anonymous', async () => {
  const other = mkdtempSync(join(tmpdir(), 'other-authority-'));
  const foreign = dial(ensureCertificates({ directory: other, clock, nodes: [] }).superAdmin);
  assert.equal((await whoAmI(foreign)).status, 401);
  const anonymous = dial();
  assert.equal((await whoAmI(anonymous)).status, 403);
  for (const one of [foreign, anonymous]) one.destroy();
  rmSync(other, { recursive: true });
});

test('with a new authority, certificates of the old one are refused on open connections', async () => {
  assert.equal((await whoAmI(session)).status, 201);
  rmSync(directory, { recursive: true });
  const renewed = ensureCertificates({ directory, clock, nodes: [] });
  server.api.setCertificates(renewed);
  assert.equal((await whoAmI(session)).status, 401);
  const next = dial(renewed.superAdmin);
  assert.equal((await whoAmI(next)).user, 'kubernetes-super-admin');
  const served = (next.socket as TLSSocket).getPeerX509Certificate();
  assert.equal(served?.toString(), renewed.apiserver.certificate);
  next.destroy();
});

test('a renewed serving certificate is used for new connections, and open ones go on', async () => {
  await whoAmI(session);
  rmSync(certificates.apiserver.certificatePath);
  const renewed = ensureCertificates({ directory, clock, nodes: [] });
  assert.notEqual(renewed.apiserver.certificate, certificates.apiserver.certificate);
  server.api.setCertificates(renewed);
  assert.equal((await whoAmI(session)).status, 201);
  const next = dial(renewed.admin);
  await whoAmI(next);
  const served = (next.socket as TLSSocket).getPeerX509Certificate();
  assert.equal(served?.toString(), renewed.apiserver.certificate);
  next.destroy();
});
