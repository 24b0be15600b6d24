// Views are guarded as everything below /dashboard/: by the session, its key, and the rights of its user.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type BrowserSession, type DashboardScene, dashboardScene } from '../scene.fake.ts';

describe('views over HTTP', () => {
  let scene: DashboardScene;
  let admin: BrowserSession;
  before(async () => {
    scene = await dashboardScene();
    admin = await scene.logIn({ code: await scene.code({ as: scene.server.certificates.superAdmin }) });
  });
  after(() => scene.stop());

  const VIEWS = ['usage', 'requests', 'volumes', 'certificates'].map((name) => `/dashboard/views/${name}`);

  it('answer those who have a session, and may read what is in them', async () => {
    for (const path of VIEWS) assert.equal((await scene.page(admin, path)).status, 200, path);
    assert.equal((await scene.page(admin, '/dashboard/views/other')).status, 404);
  });

  it('refuse whoever has no session, or only its cookie', async () => {
    for (const path of VIEWS) {
      assert.equal((await scene.ask(path)).status, 401, path);
      const withoutKey = await scene.ask(path, { headers: { cookie: admin.cookie } });
      assert.ok([401, 403].includes(withoutKey.status), `${path}: ${withoutKey.status}`);
    }
  });

  it('refuse a user who may not read what is in them', async () => {
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    const as = scene.server.certificates.superAdmin;
    await scene.ask(accounts, { as, body: { metadata: { name: 'nobody' } } });
    const asked = await scene.ask(`${accounts}/nobody/token`, { as, body: { spec: {} } });
    const nobody = await scene.logIn({ token: asked.json.status.token });
    for (const path of VIEWS) assert.equal((await scene.page(nobody, path)).status, 403, path);
  });

  it('take no writes', async () => {
    assert.equal((await scene.page(admin, VIEWS[0]!, { method: 'POST', body: {} })).status, 405);
  });
});
