import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';
import { conditionsOf, hasCondition, splitAtSingleEquals } from '../../waiting/conditions.ts';

describe('conditions', () => {
  it('compare without regard to case, and only what is of this generation', () => {
    const object = (observedGeneration: number) => ({
      metadata: { generation: 2 },
      status: { observedGeneration, conditions: [{ type: 'Ready', status: 'True' }] },
    });
    assert.equal(hasCondition(object(2), 'ready', 'true'), true);
    assert.equal(hasCondition(object(1), 'ready', 'true'), false);
    assert.equal(hasCondition(object(2), 'Other', 'true'), false);
  });

  it('split at single equal signs', () => {
    assert.deepEqual(splitAtSingleEquals('a.b.c====d.e.f===g.h.i==='), ['a.b.c====d.e.f==', 'g.h.i==', '']);
  });

  it('of a path compare one value', () => {
    const check = (text: string, object: object) => {
      const [condition] = conditionsOf([text]);
      return condition?.is === 'met' && condition.check({ ...object });
    };
    assert.equal(check('jsonpath={.spec.n}=3', { spec: { n: 3 } }), true);
    assert.equal(check('jsonpath={.spec.n}', { spec: { n: 3 } }), true);
    assert.equal(check('jsonpath={.spec.n}=4', { spec: { n: 3 } }), false);
    assert.equal(check('jsonpath={.spec.m}', { spec: {} }), false);
    assert.throws(
      () => check('jsonpath={.spec}=3', { spec: {} }),
      /jsonpath leads to a nested object or list which is not supported/,
    );
  });

  it('are known', () => {
    assert.throws(() => conditionsOf(['foo']), /^Error: unrecognized condition: "foo"$/);
    assert.throws(() => conditionsOf([]), /^Error: unrecognized condition: \[\]$/);
  });
});

describe('kubectl wait', () => {
  let k: KubectlServer;
  before(async () => {
    k = await startKubectlServer();
    await k.client.create(Deployment, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'default' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    });
  });
  after(() => k.stop());

  it('sees what is already so, and what becomes so', async () => {
    const now = await k.run('wait --for=jsonpath={.spec.replicas}=0 deploy/d');
    assert.deepEqual(now, { code: 0, stdout: 'deployment.apps/d condition met\n', stderr: '' });
    const later = k.run('wait --for=jsonpath={.spec.replicas}=7 deploy/d');
    await k.client.patch(Deployment, 'd', 'default', 'merge', { spec: { replicas: 7 } });
    assert.equal((await later).stdout, 'deployment.apps/d condition met\n');
  });

  it('says which object it has waited for in vain', async () => {
    const late = await k.run('wait --for=condition=Ready deploy/d --timeout=1s');
    assert.deepEqual(late, {
      code: 1,
      stdout: '',
      stderr: 'error: timed out waiting for the condition on deployments/d\n',
    });
    const once = await k.run('wait --for=condition=Ready deploy/d --timeout=0');
    assert.equal(once.stderr, 'error: condition not met for deployments/d\n');
    const missing = await k.run('wait --for=condition=Ready cm/nope');
    assert.equal(missing.stderr, 'Error from server (NotFound): configmaps "nope" not found\n');
  });

  it('waits for objects to come and to go', async () => {
    const metadata = { name: 'c', namespace: 'default' };
    const coming = k.run('wait --for=create cm/c');
    await k.client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    assert.equal((await coming).stdout, 'configmap/c condition met\n');
    const going = k.run('wait --for=delete cm/c');
    await k.client.delete(ConfigMap, 'c', 'default');
    assert.equal((await going).code, 0);
    assert.equal((await k.run('wait --for=delete cm/c')).code, 0);
  });
});
