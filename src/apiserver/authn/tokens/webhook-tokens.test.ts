import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { seededRandom } from '../../../kit/random.ts';
import { FakeServer } from '../../remote/remote-server.fake.ts';
import { WebhookTokens } from './webhook-tokens.ts';

describe('tokens that a webhook knows', () => {
  const server = new FakeServer();
  let later = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + later, sleep: async () => {} };
  let made: WebhookTokens[];

  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => {
    server.requests.length = 0;
    for (const one of made ?? []) one.close();
    made = [];
  });

  const API = ['api'];
  function webhook(version: 'v1' | 'v1beta1' = 'v1'): WebhookTokens {
    const one = new WebhookTokens({
      server: server.remote,
      version,
      ttl: 1_000,
      audiences: API,
      clock,
      random: seededRandom(1),
    });
    made.push(one);
    return one;
  }
  const answers = (status: object) => {
    server.answer = () => ({ body: { status } });
  };
  const JANE = {
    authenticated: true,
    user: { username: 'jane', uid: 'u', groups: ['g'], extra: { k: ['v'] } },
  };

  it('the webhook gets a TokenReview and tells the user', async () => {
    answers(JANE);
    assert.deepEqual(await webhook().authenticate('t', ['api', 'x']), {
      user: { name: 'jane', uid: 'u', groups: ['g', 'system:authenticated'], extra: { k: ['v'] } },
      audiences: ['api'],
    });
    const { kind, apiVersion, spec } = server.requests[0]!.body;
    assert.deepEqual(
      [kind, apiVersion, spec],
      ['TokenReview', 'authentication.k8s.io/v1', { token: 't', audiences: ['api', 'x'] }],
    );
    await webhook('v1beta1').authenticate('t', API);
    assert.equal(server.requests[1]!.body.apiVersion, 'authentication.k8s.io/v1beta1');
  });

  it('audiences that the webhook names must be among those that are wanted', async () => {
    answers({ ...JANE, audiences: ['vault'] });
    assert.equal(await webhook().authenticate('t', API), undefined);
    assert.deepEqual((await webhook().authenticate('t', ['vault', 'api']))?.audiences, ['vault']);
    answers(JANE);
    assert.equal(await webhook().authenticate('t', ['vault']), undefined);
  });

  it('a token that is not known is nobody; an error of the webhook is told', async () => {
    answers({ authenticated: false });
    assert.equal(await webhook().authenticate('t', API), undefined);
    answers({ authenticated: 'true', user: { username: 'root', groups: ['system:masters'] } });
    assert.equal(await webhook().authenticate('t', API), undefined);
    answers({ error: 'expired' });
    await assert.rejects(async () => webhook().authenticate('t', API), /^Error: expired$/);
  });

  it('answers are kept for their time, also bad ones; failures are not', async () => {
    const one = webhook();
    answers(JANE);
    await Promise.all([one.authenticate('t', API), one.authenticate('t', API)]);
    await one.authenticate('t', API);
    assert.equal(server.requests.length, 1);
    answers({ authenticated: false });
    await one.authenticate('bad', API);
    await one.authenticate('bad', API);
    assert.equal(server.requests.length, 2);
    await one.authenticate('t', ['api', 'other']);
    assert.equal(server.requests.length, 3);
    later += 1_000;
    assert.equal(await one.authenticate('t', API), undefined);
    server.answer = () => ({ status: 403 });
    await assert.rejects(async () => one.authenticate('new', API));
    await assert.rejects(async () => one.authenticate('new', API));
    assert.equal(server.requests.length, 6);
  });
});
