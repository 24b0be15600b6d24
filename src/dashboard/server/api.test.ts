import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BrowserSession, type DashboardScene, dashboardScene } from './scene.fake.ts';

const VERSION = '/dashboard/api/version';
const NODES = '/api/v1/nodes';

let scene: DashboardScene;
let session: BrowserSession;
before(async () => {
  scene = await dashboardScene();
  session = await scene.logIn({ code: await scene.code({ as: scene.server.certificates.superAdmin }) });
});
after(() => scene.stop());

describe('requests of the page', () => {
  it('are the only ones for which the session counts', async () => {
    const headers = { cookie: session.cookie, 'x-tiphys-dashboard': session.key };
    assert.equal((await scene.ask(NODES, { headers })).status, 403, 'an ordinary path takes the cookie');
    const { superAdmin } = scene.server.certificates;
    assert.equal((await scene.ask(`/dashboard/api${NODES}`, { as: superAdmin })).status, 401);
    const key = { 'x-tiphys-dashboard': session.key };
    assert.equal((await scene.ask(`/dashboard/api${NODES}`, { as: superAdmin, headers: key })).status, 401);
    assert.equal((await scene.page(session, `/dashboard/api${NODES}`)).status, 200);
  });

  it('come from the page itself', async () => {
    const { host, port } = scene.server.anonymous;
    const status = async (headers: Record<string, string>) =>
      (await scene.page(session, VERSION, { headers })).status;
    assert.equal(await status({ origin: 'https://evil.example' }), 403);
    assert.equal(await status({ origin: 'null' }), 403);
    assert.equal(await status({ origin: `https://${host}:${port + 1}` }), 403, 'another port');
    assert.equal(await status({ origin: `https://${host}:${port}.evil.example` }), 403);
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await status({ 'sec-fetch-site': 'same-site' }), 403);
    assert.equal(await status({ 'sec-fetch-site': 'none' }), 403);
    assert.equal(await status({ origin: `https://${host}:${port}`, 'sec-fetch-site': 'same-origin' }), 200);
  });

  it('have the rights of their user and no others', async () => {
    const { superAdmin } = scene.server.certificates;
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    await scene.ask(accounts, { as: superAdmin, body: { metadata: { name: 'reader' } } });
    const asked = await scene.ask(`${accounts}/reader/token`, { as: superAdmin, body: { spec: {} } });
    const reader = await scene.logIn({ token: asked.json.status.token });
    const refused = await scene.page(reader, `/dashboard/api${NODES}`);
    assert.deepEqual(
      [refused.status, refused.json.message],
      [
        403,
        'nodes is forbidden: User "system:serviceaccount:default:reader" cannot list resource "nodes" in API group "" at the cluster scope',
      ],
    );
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const rules = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }];
    await scene.ask(`${rbac}/clusterroles`, { as: superAdmin, body: { metadata: { name: 'nodes' }, rules } });
    await scene.ask(`${rbac}/clusterrolebindings`, {
      as: superAdmin,
      body: {
        metadata: { name: 'nodes' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'nodes' },
        subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: 'reader' }],
      },
    });
    assert.equal((await scene.page(reader, `/dashboard/api${NODES}`)).status, 200);
    const headers = { 'impersonate-user': 'kubernetes-super-admin', authorization: 'Bearer nonsense' };
    assert.equal((await scene.page(reader, '/dashboard/api/api/v1/secrets', { headers })).status, 403);
  });

  it('never show what pods, services and nodes serve', async () => {
    const served = [
      '/api/v1/nodes/n1/proxy/',
      '/api/v1/namespaces/default/pods/web/proxy/index.html',
      '/api/v1/namespaces/default/services/web/proxy',
      '/api/v1/namespaces/default/services/https:web:443/proxy/a/b',
      '/api/v1/namespaces/default/pods/web/%70roxy/x',
    ];
    for (const path of served)
      for (const method of ['GET', 'POST', 'OPTIONS', 'HEAD'])
        assert.equal((await scene.page(session, `/dashboard/api${path}`, { method })).status, 403, path);
  });
});
