import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Credential } from '../../cluster/pki/credential-files.ts';
import { type ClusterCertificates, ensureCertificates } from '../../cluster/pki/ensure-certificates.ts';
import { systemClock as clock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { systemRandom } from '../../kit/random.ts';
import { testAuthority } from '../../kit/x509/authority.fake.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { type ApiServer, createApiServer } from '../api-server.ts';
import { RequestHeaders } from './request-headers.ts';

describe('a front proxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
  const proxies = testAuthority();
  let certificates: ClusterCertificates;
  let server: ApiServer;

  before(async () => {
    certificates = ensureCertificates({ directory, clock, nodes: [] });
    server = createApiServer({
      store: openMemoryStore({ clock }),
      clock,
      random: systemRandom,
      log: silentLogger,
      certificates,
      listen: [{ host: '127.0.0.1', port: 0 }],
      authentication: {
        staticTokens: new Map(),
        tokens: [],
        bootstrapTokens: false,
        anonymous: { enabled: true, paths: [] },
        metrics: () => '',
        requestHeaders: {
          clientCa: proxies.ca,
          allowedNames: ['front'],
          usernameHeaders: ['X-Remote-User', 'X-Other-User'],
          uidHeaders: ['X-Remote-Uid'],
          groupHeaders: ['X-Remote-Group'],
          extraHeaderPrefixes: ['X-Remote-Extra-'],
        },
      },
    });
    await server.start();
  });
  after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  const REVIEW = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });

  async function whoAmI(
    credential: { cert: string; key: string } | undefined,
    headers: Record<string, string | string[]> = {},
  ) {
    const sent = request({
      host: '127.0.0.1',
      port: server.listening[0]!.port,
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      method: 'POST',
      agent: false,
      ca: certificates.ca.certificate,
      headers: { 'content-type': 'application/json', ...headers },
      ...credential,
    }).end(REVIEW);
    const [response] = await once(sent, 'response');
    const body = JSON.parse(await text(response));
    return response.statusCode === 201 ? body.status.userInfo : response.statusCode;
  }
  const pair = ({ certificate, key }: Credential) => ({ cert: certificate, key });
  const AS_ROOT = { 'x-remote-user': 'root', 'x-remote-group': ['system:masters'] };

  it('a front proxy tells whose request it is', async () => {
    const front = proxies.client('front');
    assert.deepEqual(
      await whoAmI(front, {
        'x-remote-user': 'jane',
        'x-remote-uid': 'u1',
        'x-remote-group': ['a', 'b'],
        'x-remote-extra-example.com%2ftenant': 't',
      }),
      {
        username: 'jane',
        uid: 'u1',
        groups: ['a', 'b', 'system:authenticated'],
        extra: { 'example.com/tenant': ['t'] },
      },
    );
    assert.equal((await whoAmI(front, { 'x-other-user': 'joe' })).username, 'joe');
  });

  it('headers of anybody else mean nothing', async () => {
    assert.equal((await whoAmI(pair(certificates.admin), AS_ROOT)).username, 'kubernetes-admin');
    // Anonymous clients may not create reviews.
    assert.equal(await whoAmI(undefined, AS_ROOT), 403);
    assert.equal(await whoAmI(testAuthority().client('front'), AS_ROOT), 401);
    // Certificates that prove something else: of a server, and of the cluster's authority.
    assert.equal(await whoAmI(proxies.server(), AS_ROOT), 401);
    assert.equal((await whoAmI(pair(certificates.scheduler), AS_ROOT)).username, 'system:kube-scheduler');
  });

  it('a certificate of the proxies’ authority makes no user of its own, and others of it are no proxies', async () => {
    assert.equal(await whoAmI(proxies.client('front')), 401);
    assert.equal(await whoAmI(proxies.client('root', ['system:masters'])), 401);
    assert.equal(await whoAmI(proxies.client('root', ['system:masters']), AS_ROOT), 401);
  });

  it('is nobody without a certificate, also if all names are allowed', () => {
    const lists = {
      usernameHeaders: ['x-remote-user'],
      uidHeaders: [],
      groupHeaders: [],
      extraHeaderPrefixes: [],
    };
    const headers = new RequestHeaders({ ...lists, clientCa: proxies.ca, allowedNames: [] }, clock);
    const socket = { authorized: false, getPeerCertificate: () => ({}) as object } as TLSSocket;
    assert.equal(headers.userOf(socket, AS_ROOT), undefined);
  });
});
