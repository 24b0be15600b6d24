// Who asks, on a real cluster with a real kubectl: tokens of two issuers that the test runs itself on loopback, mapped by claims and by
// expressions; keys that are rotated and a configuration that changes while the server runs; a webhook among the authorizers; and a new
// node's bootstrap token.
import assert from 'node:assert/strict';
import { createHmac, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FakeIssuer, fakeKey } from '../../src/apiserver/authn/oidc/issuer.fake.ts';
import { getDocument } from '../../src/apiserver/remote/get.ts';
import { FakeServer } from '../../src/apiserver/remote/remote-server.fake.ts';
import { clusterPaths } from '../../src/cluster/state/paths.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { type ExecResult, tryExec } from '../../src/kit/exec.ts';
import { aRequest } from '../../src/kit/x509/requests.fake.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const issuers = [new FakeIssuer(), new FakeIssuer()] as const;
const [mail, work] = issuers;
const webhook = new FakeServer();
let cluster: TestCluster;
let folder: string;
let bare: string;
const path = (name: string) => join(folder, name);

const authentication = (...userRules: object[]) =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: issuerOf(mail),
        claimMappings: {
          username: { claim: 'sub', prefix: 'mail:' },
          groups: { claim: 'groups', prefix: 'mail:' },
        },
      },
      {
        issuer: issuerOf(work),
        claimValidationRules: [
          { expression: "claims.tenant.startsWith('t-')", message: 'not a tenant of ours' },
        ],
        claimMappings: {
          username: { expression: "claims.name + '@' + claims.tenant" },
          groups: { expression: "claims.roles.filter(r, r != 'guest').map(r, 'work:' + r)" },
          uid: { claim: 'sub' },
          extra: [{ key: 'example.com/tenant', valueExpression: 'claims.tenant' }],
        },
        userValidationRules: userRules,
      },
    ],
  });
const issuerOf = ({ url, server }: FakeIssuer) => ({
  url,
  audiences: ['tiphys'],
  certificateAuthority: server.authority.ca,
});

const authorization = () =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers: [
      {
        type: 'Webhook',
        name: 'guard',
        webhook: {
          timeout: '5s',
          authorizedTTL: '1s',
          unauthorizedTTL: '1s',
          subjectAccessReviewVersion: 'v1',
          matchConditionSubjectAccessReviewVersion: 'v1',
          failurePolicy: 'Deny',
          connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: path('webhook.kubeconfig') },
          matchConditions: [
            { expression: "request.groups.exists(g, g.startsWith('work:'))" },
            {
              expression:
                "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'default'",
            },
          ],
        },
      },
      { type: 'Node', name: 'node' },
      { type: 'RBAC', name: 'rbac' },
    ],
  });

const webhookKubeconfig = () =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'w',
        cluster: {
          server: `${webhook.url}/authorize`,
          'certificate-authority-data': Buffer.from(webhook.authority.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: 'u', user: { token: 'of-the-server' } }],
    contexts: [{ name: 'c', context: { cluster: 'w', user: 'u' } }],
    'current-context': 'c',
  });

/** A kubectl with nothing but a token. */
const as = (token: string, ...words: string[]): Promise<ExecResult> =>
  tryExec([packagedTool('kubectl'), '--kubeconfig', bare, '--token', token, ...words], { env: cluster.env });

async function whoAmI(token: string) {
  const { stdout, stderr } = await as(token, 'auth', 'whoami', '-o', 'json');
  return stdout ? JSON.parse(stdout).status.userInfo : stderr;
}

describe('authentication and authorization', () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tph-authn-'));
    await Promise.all([...issuers.map((one) => one.start()), webhook.start()]);
    webhook.answer = () => ({ body: { status: { allowed: false } } });
    writeFileSync(path('authentication.yaml'), authentication());
    writeFileSync(path('authorization.yaml'), authorization());
    writeFileSync(path('webhook.kubeconfig'), webhookKubeconfig());
    cluster = await startTestCluster({
      name: 'tph-e2e-who-asks',
      nodes: 0,
      flags: [
        ...['--authentication-config', path('authentication.yaml')],
        ...['--authorization-config', path('authorization.yaml')],
      ],
    });
    const config = JSON.parse(await cluster.kubectl('config', 'view', '--raw', '-o', 'json'));
    bare = path('bare.kubeconfig');
    writeFileSync(bare, JSON.stringify({ ...config, users: [{ name: config.users[0].name, user: {} }] }));
    await eventually('the issuers to be found', async () =>
      (await whoAmI(mail.token())).username ? true : undefined,
    );
  });

  after(async () => {
    await cluster?.down();
    await Promise.all([...issuers.map((one) => one.stop()), webhook.stop()]);
    rmSync(folder, { recursive: true });
  });

  const ann = (claims: object = {}) =>
    work.token({ sub: 'u-7', name: 'ann', tenant: 't-1', roles: ['guest', 'dev'], ...claims });

  it('knows users of two issuers, by claims and by expressions', async () => {
    assert.deepEqual(await whoAmI(mail.token({ groups: ['ops'] })), {
      username: 'mail:jane',
      groups: ['mail:ops', 'system:authenticated'],
    });
    assert.deepEqual(await whoAmI(ann({ jti: 'j1' })), {
      username: 'ann@t-1',
      uid: 'u-7',
      groups: ['work:dev', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': ['JTI=j1'],
        'example.com/tenant': ['t-1'],
      },
    });
  });

  it('refuses tokens of a foreign tenant, another audience, or that have ended', async () => {
    for (const token of [ann({ tenant: 'x' }), ann({ aud: 'other' }), ann({ exp: 1 }), `${ann()}x`])
      assert.match(await whoAmI(token), /must be logged in|Unauthorized/);
    const log = readFileSync(clusterPaths(join(cluster.directory, 'data')).log, 'utf8');
    assert.match(log, /not a tenant of ours/);
    assert.ok(!log.includes(ann().split('.')[1]!.slice(0, 40)));
  });

  it('gives users of other issuers the rights of their bindings, and no more', async () => {
    await cluster.kubectl('create', 'clusterrolebinding', 'ops', '--clusterrole=view', '--group=mail:ops');
    const list = (token: string) => as(token, 'get', 'pods', '-n', 'kube-system');
    assert.equal((await list(mail.token({ groups: ['ops'] }))).code, 0);
    assert.match(
      (await list(mail.token({ groups: ['other'] }))).stderr,
      /Error from server \(Forbidden\): pods is forbidden: User "mail:jane" cannot list resource "pods"/,
    );
  });

  it('takes up a new key at its first token', async () => {
    mail.keys = [fakeKey('next', 'RS256'), ...mail.keys];
    await eventually('the new key', async () =>
      (await whoAmI(mail.token({ n: 1 }))).username === 'mail:jane' ? true : undefined,
    );
  });

  it('takes up a changed configuration, and keeps the last good one', async () => {
    writeFileSync(path('authentication.yaml'), '{');
    const metrics = () => cluster.kubectl('get', '--raw', '/metrics');
    const total = 'apiserver_authentication_config_controller_automatic_reloads_total';
    await eventually('the failed reload', async () =>
      new RegExp(`${total}{status="failure",apiserver_id_hash="sha256:[0-9a-f]{64}"} 1`).test(await metrics())
        ? true
        : undefined,
    );
    assert.equal((await whoAmI(ann())).username, 'ann@t-1');
    writeFileSync(
      path('authentication.yaml'),
      authentication({ expression: "user.username != 'ann@t-1'", message: 'on leave' }),
    );
    await eventually('the reload', async () =>
      typeof (await whoAmI(ann())) === 'string' ? true : undefined,
    );
    assert.equal((await whoAmI(ann({ name: 'bob' }))).username, 'bob@t-1');
    writeFileSync(path('authentication.yaml'), authentication());
    await eventually('the reload', async () => ((await whoAmI(ann())).username ? true : undefined));
  });

  it('asks a webhook about those whom its conditions name', async () => {
    webhook.requests.length = 0;
    assert.equal((await as(mail.token({ groups: ['ops'] }), 'get', 'configmaps')).code, 0);
    assert.equal(webhook.requests.length, 0);
    const get = () => as(ann(), 'get', 'configmaps');
    webhook.answer = () => ({ body: { status: { allowed: true } } });
    assert.equal((await get()).code, 0);
    const [{ headers, body } = assert.fail()] = webhook.requests;
    assert.equal(headers.authorization, 'Bearer of-the-server');
    assert.deepEqual(
      [body.kind, body.spec.user, body.spec.groups, body.spec.resourceAttributes.resource],
      ['SubjectAccessReview', 'ann@t-1', ['work:dev', 'system:authenticated'], 'configmaps'],
    );
    webhook.answer = () => ({ body: { status: { denied: true, reason: 'it is late' } } });
    const denied = await eventually('the denial', async () => {
      const { code, stderr } = await get();
      return code === 0 ? undefined : stderr;
    });
    assert.match(
      denied,
      /cannot list resource "configmaps" in API group "" in the namespace "default": it is late/,
    );
    // Who may do everything is not asked about, and RBAC goes on for all others.
    assert.equal((await cluster.tryKubectl('get', 'configmaps')).code, 0);
    const may = await as(ann(), 'auth', 'can-i', 'list', 'configmaps', '-n', 'default');
    assert.match(may.stdout, /^no - it is late/);
  });

  it('lets a new node begin with a bootstrap token', async () => {
    const token = 'abcdef.0123456789abcdef';
    await cluster.kubectlWith(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
        type: 'bootstrap.kubernetes.io/token',
        stringData: {
          'token-id': 'abcdef',
          'token-secret': '0123456789abcdef',
          'usage-bootstrap-authentication': 'true',
          'usage-bootstrap-signing': 'true',
          'auth-extra-groups': 'system:bootstrappers:nodes',
        },
      }),
      ...['create', '-f', '-'],
    );
    assert.deepEqual(await whoAmI(token), {
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:nodes', 'system:authenticated'],
    });
    for (const role of [
      'system:node-bootstrapper',
      'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
    ])
      await cluster.kubectl(
        ...['create', 'clusterrolebinding', role.replaceAll(':', '-'), `--clusterrole=${role}`],
        '--group=system:bootstrappers:nodes',
      );
    const request = aRequest([
      ['O', 'system:nodes'],
      ['CN', 'system:node:n9'],
    ]);
    const asked = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'n9' },
      spec: {
        request: Buffer.from(request).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        usages: ['digital signature', 'client auth'],
        expirationSeconds: 3600,
      },
    };
    writeFileSync(path('csr.json'), JSON.stringify(asked));
    assert.equal((await as(token, 'create', '-f', path('csr.json'))).code, 0);
    const certificate = await eventually('the certificate', async () => {
      const { stdout } = await as(token, 'get', 'csr', 'n9', '-o', 'jsonpath={.status.certificate}');
      return stdout ? new X509Certificate(Buffer.from(stdout, 'base64')) : undefined;
    });
    assert.match(certificate.subject, /O=system:nodes/);
  });

  it('publishes where the cluster is, signed by the token', async () => {
    const data = await eventually('the signature', async () => {
      // Without credentials.
      const { server, 'certificate-authority-data': ca } = JSON.parse(readFileSync(bare, 'utf8')).clusters[0]
        .cluster;
      const url = `${server}/api/v1/namespaces/kube-public/configmaps/cluster-info`;
      const options = { ca: Buffer.from(ca, 'base64').toString(), clock: systemClock };
      const found = JSON.parse(await getDocument(url, options)).data;
      return found['jws-kubeconfig-abcdef'] ? found : undefined;
    });
    const [header, , signature] = data['jws-kubeconfig-abcdef'].split('.');
    const body = `${header}.${Buffer.from(data.kubeconfig).toString('base64url')}`;
    assert.equal(createHmac('sha256', '0123456789abcdef').update(body).digest('base64url'), signature);
    const [{ cluster: named }] = JSON.parse(data.kubeconfig).clusters;
    assert.match(named.server, /^https:\/\/127.0.0.1:\d+$/);
  });
});
