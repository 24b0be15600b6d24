// Large writes rest between their steps. Here every write does, wherever it may: what happens meanwhile must not be overlooked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusyClock } from '../../kit/clock.fake.ts';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aConfigMap } from '../../sim/objects/config-map.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const apply = (manager: string) => ({
  headers: { 'content-type': 'application/apply-patch+yaml' },
  query: { fieldManager: manager },
});

test('an object is not created in a namespace that is deleted while the object is checked, at whatever step', async () => {
  const clock = new BusyClock();
  const server = await simCluster({ clock });
  const creation = (namespace: string) =>
    server.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, aConfigMap('a', { namespace }));
  clock.turns = 0;
  assert.equal((await creation('default')).status, 201);
  const steps = clock.turns;
  assert.ok(steps >= 4, `${steps}`);
  for (let step = 1; step <= steps; step++) {
    const namespace = `brief-${step}`;
    const spec = { finalizers: ['kubernetes'] };
    const metadata = { name: namespace };
    await create(server, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, spec });
    clock.turns = 0;
    const work = () => server.call('DELETE', `/api/v1/namespaces/${namespace}`);
    clock.meanwhile = { turn: step, work };
    const answer = await creation(namespace);
    assert.equal(answer.status, 403, `step ${step}: ${answer.body.message}`);
    assert.match(answer.body.message, /because it is being terminated/);
  }
});

test('of two definitions that are checked at the same time, one gets the kind that both name', async () => {
  const server = await simCluster({ clock: new BusyClock() });
  const definition = (plural: string) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind: 'Thing', listKind: `${plural}List` },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  });
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const stored = await Promise.all(
    ['things', 'others'].map((plural) => create(server, path, definition(plural))),
  );
  const accepted = stored.map(
    ({ status }) => status.conditions.find(({ type }: { type: string }) => type === 'NamesAccepted').status,
  );
  assert.deepEqual(accepted.sort(), ['False', 'True']);
});

test('patches and applies at the same time all take effect', async () => {
  const clock = new BusyClock();
  const server = await simCluster({ clock });
  await create(server, maps, aConfigMap('a'));
  const before = clock.turns;
  const keys = ['a', 'b', 'c', 'd', 'e'];
  const answers = await Promise.all([
    ...keys.map((key) => server.call('PATCH', `${maps}/a`, { data: { [key]: 'patched' } }, merge)),
    ...keys.map((key) =>
      server.call(
        'PATCH',
        `${maps}/a`,
        { apiVersion: 'v1', kind: 'ConfigMap', data: { [`${key}-applied`]: key } },
        apply(key),
      ),
    ),
  ]);
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.ok(clock.turns - before > answers.length, 'writes have rested');
  const { body } = await server.call('GET', `${maps}/a`);
  assert.deepEqual(Object.keys(body.data).sort(), [...keys, ...keys.map((key) => `${key}-applied`)].sort());
  const managers = body.metadata.managedFields.map(({ manager }: { manager: string }) => manager);
  for (const key of keys) assert.ok(managers.includes(key));
});

test('a patch is followed by a rest before its result is inspected', async () => {
  const clock = new BusyClock();
  const server = await simCluster({ clock });
  await create(server, maps, aConfigMap('a'));
  const turnsOf = async (method: string, body: object, options?: typeof merge) => {
    clock.turns = 0;
    const { status } = await server.call(method, `${maps}/a`, body, options);
    assert.equal(status, 200);
    return clock.turns;
  };
  const put = await turnsOf('PUT', { ...aConfigMap('a'), data: { a: 'put' } });
  // The object is read, the patch applied, its result inspected: two rests more than for an object that is sent whole.
  assert.equal(await turnsOf('PATCH', { data: { a: 'patched' } }, merge), put + 2);
});

test('every expression of an object that is written is compiled in steps', async () => {
  const clock = new BusyClock();
  const server = await simCluster({ clock });
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const matchConstraints = {
    resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
  };
  const named = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `n${i}`, expression: `${i} == 1` }));
  const selecting = (count: number) => ({
    selectors: named(count).map(({ expression }) => ({ cel: { expression } })),
  });
  const webhook = {
    name: 'a.example.com',
    admissionReviewVersions: ['v1'],
    clientConfig: { url: 'https://example.com' },
    sideEffects: 'None',
  };
  const rules = (count: number) => ({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': named(count).map(({ expression: rule }) => ({ rule })),
      },
    },
  });
  const objects: readonly [string, (count: number) => object][] = [
    [
      `${admission}/validatingadmissionpolicies`,
      (count) => ({
        spec: { matchConstraints, variables: named(count), validations: [{ expression: 'true' }] },
      }),
    ],
    [
      `${admission}/validatingadmissionpolicies`,
      (count) => ({
        spec: { matchConstraints, validations: named(count).map(({ expression }) => ({ expression })) },
      }),
    ],
    [
      `${admission}/mutatingadmissionpolicies`,
      (count) => ({
        spec: {
          matchConstraints,
          reinvocationPolicy: 'Never',
          matchConditions: named(count),
          mutations: [
            { patchType: 'JSONPatch', jsonPatch: { expression: "[JSONPatch{op: 'remove', path: '/a'}]" } },
          ],
        },
      }),
    ],
    [
      `${admission}/validatingwebhookconfigurations`,
      (count) => ({ webhooks: [{ ...webhook, matchConditions: named(count) }] }),
    ],
    ['/apis/resource.k8s.io/v1/deviceclasses', (count) => ({ spec: selecting(count) })],
    [
      '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims',
      (count) => ({
        spec: {
          devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c', ...selecting(count) } }] },
        },
      }),
    ],
    [
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      (count) => ({
        metadata: { name: 'things.example.com' },
        spec: {
          group: 'example.com',
          scope: 'Namespaced',
          names: { plural: 'things', kind: 'Thing' },
          versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: rules(count) } }],
        },
      }),
    ],
  ];
  for (const [path, made] of objects) {
    const turnsOf = async (count: number) => {
      clock.turns = 0;
      const object = { metadata: { name: 'p' }, ...made(count) };
      const { status, body } = await server.call('POST', path, object, { query: { dryRun: 'All' } });
      assert.equal(status, 201, JSON.stringify(body));
      return clock.turns;
    };
    const [few, many] = [await turnsOf(1), await turnsOf(11)];
    // A rest after each of the passes over an expression.
    assert.ok(many >= few + 10 * 3, `${path}: ${many} ${few}`);
  }
});

test('every expression of policies and every rule of a custom kind may be followed by a rest, and still counts', async () => {
  const clock = new BusyClock();
  const server = await simCluster({ clock });
  const turnsOf = async (path: string, object: object) => {
    clock.turns = 0;
    const answer = await server.call('POST', path, object);
    return { turns: clock.turns, answer };
  };
  const without = await turnsOf(maps, aConfigMap('a'));
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const expressions = ['1 == 1', '2 == 2', '3 == 3', "object.metadata.name != 'c'"];
  const metadata = { name: 'p' };
  await create(server, `${admission}/validatingadmissionpolicies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
        ],
      },
      validations: expressions.map((expression) => ({ expression })),
    },
  });
  await create(server, `${admission}/validatingadmissionpolicybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: 'p', validationActions: ['Deny'] },
  });
  const judged = await turnsOf(maps, aConfigMap('b'));
  assert.ok(judged.turns >= without.turns + expressions.length, `${judged.turns} ${without.turns}`);
  assert.equal((await turnsOf(maps, aConfigMap('c'))).answer.status, 422);

  const rules = [{ rule: 'self.a > 0' }, { rule: 'self.a > 1' }, { rule: 'self.a > 2' }];
  const spec = { type: 'object', properties: { a: { type: 'integer' } }, 'x-kubernetes-validations': rules };
  await create(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  });
  const thing = (name: string, a: number) => ({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: { name },
    spec: { a },
  });
  const things = '/apis/example.com/v1/namespaces/default/things';
  const good = await turnsOf(things, thing('a', 3));
  assert.equal(good.answer.status, 201);
  assert.ok(good.turns >= without.turns + rules.length, `${good.turns} ${without.turns}`);
  const bad = await turnsOf(things, thing('b', 1));
  assert.equal(bad.answer.body.details.causes.length, 2);
});
