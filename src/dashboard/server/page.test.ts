import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DashboardScene, dashboardScene } from './scene.fake.ts';

let scene: DashboardScene;
before(async () => {
  scene = await dashboardScene();
});
after(() => scene.stop());

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

describe('the page of the dashboard', () => {
  it('is not there before it is asked for', async () => {
    await scene.ask('/version');
    await scene.ask('/dashboards/x');
    assert.equal(scene.opened, 0);
    await Promise.all([scene.ask('/dashboard/'), scene.ask('/dashboard/')]);
    assert.equal(scene.opened, 1);
  });

  it('is sent with headers that allow it its own server and nothing else', async () => {
    const { headers, status } = await scene.ask('/dashboard/');
    const { date: _, 'content-length': __, connection: ___, 'keep-alive': ____, ...sent } = headers;
    assert.equal(status, 200);
    assert.deepEqual(sent, {
      'content-type': 'text/html',
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'permissions-policy':
        'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=(self), clipboard-write=(self)',
    });
    const asset = await scene.ask('/dashboard/assets/main-ABC.js');
    assert.equal(asset.headers['content-security-policy'], POLICY);
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  it('answers its routes with itself, files with their text, and nothing that its list does not name', async () => {
    assert.equal((await scene.ask('/dashboard')).headers.location, '/dashboard/');
    assert.equal((await scene.ask('/dashboard/k/core/v1/pods?ns=x')).text, 'the text of index.html');
    assert.equal((await scene.ask('/dashboard/assets/main-ABC.js')).text, 'the text of assets/main-ABC.js');
    const beyond = [
      '/dashboard/assets/../secret',
      '/dashboard/assets/..%2fsecret',
      '/dashboard/assets/%2e%2e/secret',
      '/dashboard/assets/../files.json',
      '/dashboard/assets/main-ABC.js/../../secret',
      '/dashboard/assets//etc/passwd',
      '/dashboard/assets/main-ABC.js%00',
      '/dashboard/assets/constructor',
    ];
    for (const path of beyond) assert.equal((await scene.ask(path)).status, 404, path);
    for (const path of ['/dashboard/../secret', '/dashboard/secret.gz', '/dashboard/files.json'])
      assert.ok(!(await scene.ask(path)).text.includes('secret'), path);
  });

  it('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      assert.equal((await scene.ask('/dashboard/', { method })).status, 405, method);
  });
});
