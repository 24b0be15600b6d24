import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { type BrowserSession, type DashboardScene, dashboardScene } from './scene.fake.ts';
import { Seal } from './seal.ts';
import { MOST_TOKEN, Sessions } from './sessions.ts';

const HOUR = 3_600_000;
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const REVIEW = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
const HEADERS = { 'x-tiphys-dashboard': 'none' };

let scene: DashboardScene;
before(async () => {
  scene = await dashboardScene();
});
beforeEach(() => {
  scene.ahead = 0;
});
after(() => scene.stop());

const admin = () => scene.server.certificates.superAdmin;
const adminSession = async () => scene.logIn({ code: await scene.code({ as: admin() }) });
const whoIs = async (session: BrowserSession) =>
  (await scene.page(session, `/dashboard/api${SELF}`, { body: REVIEW })).json.status.userInfo;

/** A service account and a token of it. */
async function account(name: string): Promise<{ token: string; path: string }> {
  const all = '/api/v1/namespaces/default/serviceaccounts';
  await scene.ask(all, { as: admin(), body: { metadata: { name } } });
  const asked = await scene.ask(`${all}/${name}/token`, { as: admin(), body: { spec: {} } });
  return { token: asked.json.status.token, path: `${all}/${name}` };
}

describe('a session of the dashboard', () => {
  it('has exactly the user of the certificate that asked for its code', async () => {
    const direct = await scene.ask(SELF, { as: admin(), body: REVIEW });
    assert.deepEqual(await whoIs(await adminSession()), direct.json.status.userInfo);
  });

  it('has the user whom the certificate impersonates, who is judged at every request', async () => {
    const as = { ...HEADERS, 'impersonate-user': 'eve', 'impersonate-group': 'readers' };
    const session = await scene.logIn({ code: await scene.code({ as: admin(), headers: as }) });
    const { username, groups } = await whoIs(session);
    assert.deepEqual([username, groups], ['eve', ['readers', 'system:authenticated']]);
    const { token } = await account('nobody');
    const powerless = { ...as, authorization: `Bearer ${token}` };
    const other = await scene.logIn({ code: await scene.code({ headers: powerless }) });
    assert.equal((await scene.page(other, `/dashboard/api${SELF}`, { body: REVIEW })).status, 403);
  });

  it('begins with a code once, and within a minute', async () => {
    const code = await scene.code({ as: admin() });
    await scene.logIn({ code });
    await assert.rejects(scene.logIn({ code }), /^Error: 401/);
    const late = await scene.code({ as: admin() });
    scene.ahead = 61_000;
    await assert.rejects(scene.logIn({ code: late }), /^Error: 401/);
  });

  it('is given to nobody without credentials, and needs our header', async () => {
    const anonymous = await scene.ask('/dashboard/codes', { method: 'POST', headers: HEADERS });
    assert.equal(anonymous.status, 401);
    assert.equal((await scene.ask('/dashboard/codes', { method: 'POST', as: admin() })).status, 400);
    const code = await scene.code({ as: admin() });
    assert.equal((await scene.ask('/dashboard/session', { body: { code } })).status, 400);
    await assert.rejects(scene.logIn({ token: 'nonsense' }), /^Error: 401/);
  });

  it('ends with the service account of its token', async () => {
    const { token, path } = await account('short-lived');
    const session = await scene.logIn({ token });
    assert.equal((await whoIs(session)).username, 'system:serviceaccount:default:short-lived');
    await scene.ask(path, { as: admin(), method: 'DELETE' });
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 401);
    assert.equal((await scene.page(session, '/dashboard/session')).status, 401);
  });

  it('ends after twelve hours', async () => {
    const session = await adminSession();
    scene.ahead = 12 * HOUR - 60_000;
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 200);
    scene.ahead = 12 * HOUR + 1000;
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 401);
  });

  it('ends with its certificate', async () => {
    scene.ahead = 364 * 24 * HOUR + 20 * HOUR;
    const session = await adminSession();
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 200);
    scene.ahead = 365 * 24 * HOUR + HOUR;
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 401);
  });

  it('ends by logging out', async () => {
    const session = await adminSession();
    const left = await scene.page(session, '/dashboard/session', { method: 'DELETE' });
    assert.equal(left.status, 200);
    assert.ok(left.headers['set-cookie']?.every((cookie) => cookie.includes('Max-Age=0')));
    assert.equal((await scene.page(session, '/dashboard/api/version')).status, 401);
  });

  it('is a cookie that scripts, other sites and other paths do not get', async () => {
    const code = await scene.code({ as: admin() });
    const answer = await scene.ask('/dashboard/session', { body: { code }, headers: HEADERS });
    for (const cookie of answer.headers['set-cookie'] ?? [])
      assert.match(cookie, /; Path=\/dashboard\/; HttpOnly; SameSite=Strict(?:; Max-Age=0)?; Secure$/);
  });

  it('is worth nothing without its key, nor the key without the cookie, nor either of another session', async () => {
    const session = await adminSession();
    const other = await adminSession();
    const status = async (one: BrowserSession) => (await scene.page(one, '/dashboard/api/version')).status;
    assert.equal(await status({ ...session, key: 'none' }), 401);
    assert.equal(await status({ ...session, key: other.key }), 401);
    assert.equal(await status({ ...session, cookie: '' }), 401);
    assert.equal(
      (await scene.ask('/dashboard/api/version', { headers: { cookie: session.cookie } })).status,
      401,
    );
    const [name, value = ''] = session.cookie.split('=');
    const changed = value.replace(/.(?=.{20}$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
    assert.equal(await status({ ...session, cookie: `${name}=${changed}` }), 401);
    assert.equal(await status({ ...session, cookie: `${session.cookie}; ${session.cookie}` }), 401);
    assert.equal(await status(session), 200);
  });

  it('may have a token that is longer than a cookie', async () => {
    const userOf = async () => ({ name: 'eve', groups: [] });
    const seal = new Seal(() => 'secret', systemRandom);
    const sessions = new Sessions({ seal, clock: systemClock, random: systemRandom, userOf });
    const token = systemRandom.bytes(MOST_TOKEN / 2).toString('hex');
    const sender = { user: await userOf(), token, certifiedUntil: undefined };
    const { cookies, key } = sessions.begin(sessions.beginning(sender)!, true);
    const parts = cookies.map((cookie) => cookie.split(';', 1)[0]!);
    assert.ok(parts.every((part) => part.length < 4096 - 100));
    assert.ok(parts.filter((part) => !part.endsWith('=')).length > 1);
    assert.equal((await sessions.judge({ cookie: parts.join('; ') }, key)).user.name, 'eve');
    await assert.rejects(sessions.judge({ cookie: parts.slice(1).join('; ') }, key), { code: 401 });
  });

  it('is of no use to servers with another secret', async () => {
    const sealed = new Seal(() => 'secret', systemRandom).seal('text');
    assert.equal(new Seal(() => 'secret', systemRandom).open(sealed), 'text');
    assert.equal(new Seal(() => 'other', systemRandom).open(sealed), undefined);
  });
});
