import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { seededRandom } from '../../../kit/random.ts';
import { FakeServer } from '../../remote/remote-server.fake.ts';
import { type Attributes, resourceAttributes } from '../attributes.ts';
import { person } from '../stored.fake.ts';
import type { WebhookSettings } from './configuration.ts';
import { compileConditions } from './match-conditions.ts';
import { AuthorizationMetrics } from './metrics.ts';
import { WebhookAuthorizer } from './webhook-authorizer.ts';

describe('an authorizer that is a webhook', () => {
  const server = new FakeServer();
  const stepped = new SteppedClock();
  /** Calls have real deadlines; answers expire when the stepped clock says so. */
  const clock = { ...systemClock, monotonic: () => stepped.monotonic(), sleep: async () => {} };
  let metrics: AuthorizationMetrics;
  const made: WebhookAuthorizer[] = [];

  before(async () => {
    await server.start();
    await loadPatterns();
  });
  after(() => {
    for (const one of made) one.close();
    return server.stop();
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.answer = () => ({ body: { status: { allowed: true, reason: 'fine' } } });
    metrics = new AuthorizationMetrics();
  });

  function webhook(settings: Partial<WebhookSettings> = {}): WebhookAuthorizer {
    const one = new WebhookAuthorizer({
      name: 'h',
      settings: {
        authorizedTtl: 1_000,
        unauthorizedTtl: 100,
        timeout: 5_000,
        version: 'v1',
        failurePolicy: 'NoOpinion',
        kubeConfigFile: '',
        conditions: [],
        ...settings,
      },
      server: server.remote,
      metrics,
      clock,
      random: seededRandom(1),
      log: silentLogger,
    });
    made.push(one);
    return one;
  }

  const eve = { name: 'eve', groups: ['a', 'b'], uid: 'u', extra: { k: ['v'] } };
  const pods = (more: Partial<Attributes> = {}) =>
    resourceAttributes({ verb: 'list', version: 'v1', resource: 'pods', namespace: 'ns', ...more });

  it('the webhook gets a SubjectAccessReview with user, request and selectors', async () => {
    const attributes = pods({
      fieldSelector: [
        { field: 'spec.nodeName', operator: '=', value: 'n1' },
        { field: 'x', operator: '!=', value: 'y' },
      ],
      labelSelector: [
        { key: 'a', operator: 'in', values: ['b', 'c'] },
        { key: 'd', operator: '!', values: [] },
        { key: 'e', operator: 'gt', values: ['5'] },
      ],
    });
    assert.deepEqual(await webhook().authorize(eve, attributes), { allowed: true, reason: 'fine' });
    const { kind, apiVersion, spec } = server.requests[0]!.body;
    assert.deepEqual([kind, apiVersion], ['SubjectAccessReview', 'authorization.k8s.io/v1']);
    assert.deepEqual(spec, {
      resourceAttributes: {
        namespace: 'ns',
        verb: 'list',
        version: 'v1',
        resource: 'pods',
        fieldSelector: {
          requirements: [
            { key: 'spec.nodeName', operator: 'In', values: ['n1'] },
            { key: 'x', operator: 'NotIn', values: ['y'] },
          ],
        },
        labelSelector: {
          requirements: [
            { key: 'a', operator: 'In', values: ['b', 'c'] },
            { key: 'd', operator: 'DoesNotExist' },
          ],
        },
      },
      user: 'eve',
      groups: ['a', 'b'],
      extra: { k: ['v'] },
      uid: 'u',
    });
  });

  it('version v1beta1 has another name for groups; paths are asked about as such', async () => {
    await webhook({ version: 'v1beta1' }).authorize(
      eve,
      resourceAttributes({ isResource: false, verb: 'get', path: '/metrics' }),
    );
    const { apiVersion, spec } = server.requests[0]!.body;
    assert.equal(apiVersion, 'authorization.k8s.io/v1beta1');
    assert.deepEqual(spec.group, ['a', 'b']);
    assert.deepEqual(spec.nonResourceAttributes, { path: '/metrics', verb: 'get' });
  });

  it('answers are kept for their time, by all that was asked', async () => {
    const one = webhook();
    await one.authorize(eve, pods());
    await one.authorize(eve, pods());
    assert.equal(server.requests.length, 1);
    await one.authorize({ ...eve, groups: ['a'] }, pods());
    await one.authorize(eve, pods({ name: 'x' }));
    assert.equal(server.requests.length, 3);
    await stepped.step(1_000);
    await one.authorize(eve, pods());
    assert.equal(server.requests.length, 4);
    server.answer = () => ({ body: { status: { allowed: false } } });
    await one.authorize(person('adam'), pods());
    await stepped.step(100);
    await one.authorize(person('adam'), pods());
    assert.equal(server.requests.length, 6);
  });

  it('what a client makes long is not kept', async () => {
    const one = webhook();
    for (let i = 0; i < 2; i++) await one.authorize(eve, pods({ name: 'x'.repeat(10_000) }));
    assert.equal(server.requests.length, 2);
  });

  it('a webhook may deny, and one that both allows and denies has denied', async () => {
    server.answer = () => ({ body: { status: { allowed: false, denied: true, reason: 'never' } } });
    assert.deepEqual(await webhook().authorize(eve, pods()), {
      allowed: false,
      denied: true,
      reason: 'never',
    });
    server.answer = () => ({ body: { status: { allowed: true, denied: true } } });
    assert.deepEqual(await webhook().authorize(eve, pods()), {
      allowed: false,
      denied: true,
      reason: '',
      error: 'webhook subject access review returned both allow and deny response',
    });
    // Truthy is not true.
    server.answer = () => ({ body: { status: { allowed: 'true', reason: 5 } } });
    assert.deepEqual(await webhook().authorize(eve, pods()), { allowed: false, reason: '' });
  });

  it('the failure policy decides for a webhook that cannot be asked; failures are not kept', async () => {
    server.answer = () => ({ status: 403 });
    const error = 'the server responded with the status code 403 but did not return more information';
    const open = webhook();
    assert.deepEqual(await open.authorize(eve, pods()), { allowed: false, reason: '', error });
    assert.match(metrics.render(), /webhook_evaluations_fail_open_total{name="h",result="error"} 1/);
    assert.deepEqual(await webhook({ failurePolicy: 'Deny' }).authorize(eve, pods()), {
      allowed: false,
      denied: true,
      reason: '',
      error,
    });
    server.answer = () => ({ body: { status: { allowed: true } } });
    assert.equal((await open.authorize(eve, pods())).allowed, true);
    assert.match(metrics.render(), /webhook_evaluations_total{name="h",result="success"} 1/);
  });

  function conditions(...texts: string[]): Pick<WebhookSettings, 'conditions'> {
    const compiled = compileConditions(texts);
    assert.ok('conditions' in compiled, 'error' in compiled ? compiled.error : '');
    return compiled;
  }

  it('a webhook is asked only if all match conditions are true', async () => {
    const decide = (attributes: Attributes, ...texts: string[]) =>
      webhook(conditions(...texts)).authorize(eve, attributes);
    const asked = async (attributes: Attributes, ...texts: string[]) => {
      server.requests.length = 0;
      await decide(attributes, ...texts);
      return server.requests.length === 1;
    };
    const { group } = { group: "'a' in request.groups" };
    assert.equal(await asked(pods(), group, "request.extra['k'] == ['v'] && request.uid == 'u'"), true);
    assert.equal(await asked(pods(), group, "request.user == 'adam'"), false);
    const inNamespace = "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'ns'";
    assert.equal(await asked(pods(), inNamespace), true);
    const path = resourceAttributes({ isResource: false, verb: 'get', path: '/x' });
    assert.equal(await asked(path, inNamespace), false);
    assert.equal(await asked(path, "request.nonResourceAttributes.path == '/x'"), true);
    const selects =
      "request.resourceAttributes.fieldSelector.requirements.exists(r, r.key == 'a' && 'b' in r.values)";
    const selected = pods({ fieldSelector: [{ field: 'a', operator: '=', value: 'b' }] });
    assert.equal(await asked(selected, selects), true);
    assert.equal(await asked(pods(), `has(request.resourceAttributes.fieldSelector) && ${selects}`), false);
    assert.match(metrics.render(), /match_condition_exclusions_total{type="Webhook",name="h"} 3/);
  });

  it('a match condition that fails is judged by the failure policy, unless another is false', async () => {
    const fails = 'request.nonResourceAttributes.path == "/"';
    const error = `cel evaluation error: expression '${fails}' resulted in error: no such key: nonResourceAttributes`;
    assert.deepEqual(await webhook(conditions(fails)).authorize(eve, pods()), {
      allowed: false,
      reason: '',
      error,
    });
    const strict = webhook({ ...conditions(fails), failurePolicy: 'Deny' });
    assert.equal((await strict.authorize(eve, pods())).denied, true);
    const excluded = webhook({ ...conditions(fails, 'false'), failurePolicy: 'Deny' });
    assert.deepEqual(await excluded.authorize(eve, pods()), { allowed: false, reason: '' });
    assert.equal(server.requests.length, 0);
  });
});
