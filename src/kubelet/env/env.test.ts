import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { ConfigError, containerEnv } from './container-env.ts';
import { ExpansionTooLong, expand, expandAll } from './expand.ts';
import { fieldValue, resourceValue } from './field-ref.ts';
import { serviceEnv } from './service-env.ts';

const facts = {
  nodeName: 'node1',
  hostIPs: ['192.0.2.1'],
  podIPs: ['10.0.0.2'],
  allocatable: { cpu: '4', memory: '8Gi' },
};

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {}, data: { a: 'one', b: 'two' } };
const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {},
  data: { s: Buffer.from('hidden').toString('base64') },
};

const envOf = async (extra: Parameters<typeof aContainer>[1], services = new Map<string, string>()) => {
  const spec = aContainer('main', extra);
  const entries = await containerEnv({
    pod: aBoundPod('p', { containers: [spec] }, { uid: 'u' }),
    container: spec,
    facts,
    services,
    configMap: async (name) => (name === 'cm' ? configMap : undefined),
    secret: async (name) => (name === 'sec' ? secret : undefined),
  });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
};

test('a label or annotation that is not there is empty, also one that every object of JavaScript answers to', () => {
  const pod = aBoundPod('p', {}, { labels: { a: 'b' } });
  assert.equal(fieldValue(pod, "metadata.labels['a']", facts), 'b');
  for (const key of ['toString', 'constructor', '__proto__', 'c'])
    for (const field of ['labels', 'annotations'])
      assert.equal(fieldValue(pod, `metadata.${field}['${key}']`, facts), '');
});

test('references are expanded, escaped ones and unknown ones stay', () => {
  const values = new Map([['A', '1']]);
  assert.equal(expand('$(A) $$(A) $(B) $A $', values), '1 $(A) $(B) $A $');
});

test('brackets that never close cost no more than others', () => {
  const text = '$('.repeat(60_000);
  assert.equal(expand(text, new Map()), text);
  assert.equal(expand('$$$(A)$(', new Map([['A', '1']])), '$1$(');
});

test('values that refer to values grow no longer than a process can take', async () => {
  const env = [{ name: 'A0', value: 'x'.repeat(1000) }];
  for (let i = 1; i < 40; i++) env.push({ name: `A${i}`, value: `$(A${i - 1})$(A${i - 1})` });
  await assert.rejects(envOf({ env }), ExpansionTooLong);
  const many = Array.from({ length: 100 }, (_, i) => ({ name: `B${i}`, value: '$(A)' }));
  await assert.rejects(
    envOf({ env: [{ name: 'A', value: 'x'.repeat(100_000) }, ...many] }),
    ExpansionTooLong,
  );
  assert.throws(
    () => expandAll(Array(100).fill('$(A)'), new Map([['A', 'x'.repeat(100_000)]])),
    ExpansionTooLong,
  );
});

test('variables may refer to earlier ones and to services, and win over them', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)-$(WEB_SERVICE_HOST)-$(C)' },
    { name: 'C', value: '3' },
  ];
  const services = new Map([
    ['WEB_SERVICE_HOST', '10.96.0.5'],
    ['A', 'service'],
  ]);
  assert.deepEqual(await envOf({ env }, services), {
    A: '1',
    B: '1-10.96.0.5-$(C)',
    C: '3',
    WEB_SERVICE_HOST: '10.96.0.5',
  });
});

test('envFrom takes all keys with a prefix; single keys and optional ones come from references', async () => {
  const env = [
    { name: 'S', valueFrom: { secretKeyRef: { name: 'sec', key: 's' } } },
    { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'nope', key: 'x', optional: true } } },
    { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ];
  const envFrom = [
    { prefix: 'P_', configMapRef: { name: 'cm' } },
    { secretRef: { name: 'none', optional: true } },
  ];
  assert.deepEqual(await envOf({ env, envFrom }), { P_a: 'one', P_b: 'two', S: 'hidden', IP: '10.0.0.2' });
});

test('what is missing is an error of configuration', async () => {
  const key = (name: string, k: string) => ({
    env: [{ name: 'X', valueFrom: { configMapKeyRef: { name, key: k } } }],
  });
  await assert.rejects(envOf(key('nope', 'a')), new ConfigError('configmap "nope" not found'));
  await assert.rejects(envOf(key('cm', 'z')), new ConfigError("couldn't find key z in ConfigMap default/cm"));
  await assert.rejects(
    envOf({ envFrom: [{ secretRef: { name: 'nope' } }] }),
    new ConfigError('secret "nope" not found'),
  );
});

test('fields and resources are read as the downward API shows them', () => {
  const main = aContainer('main', { resources: { limits: { cpu: '1500m', memory: '64Mi' } } });
  const pod = aBoundPod(
    'p',
    { containers: [main, aContainer('free')] },
    { uid: 'u', labels: { b: '2', a: 'x"y' } },
  );
  assert.equal(fieldValue(pod, 'metadata.labels', facts), 'a="x\\"y"\nb="2"');
  assert.equal(fieldValue(pod, "metadata.labels['b']", facts), '2');
  const resource = (name: string, resource: string, divisor = '0') =>
    resourceValue(pod, { containerName: name, resource, divisor }, 'main', facts);
  assert.equal(resource('main', 'limits.cpu'), '2');
  assert.equal(resource('main', 'limits.cpu', '1m'), '1500');
  assert.equal(resource('main', 'requests.memory', '1Mi'), '64');
  assert.equal(resource('free', 'limits.memory', '1Gi'), '8');
  assert.equal(resource('free', 'limits.cpu'), '4');
});

test('services of the namespace and the API server become variables; without links only the latter', () => {
  const service = (name: string, namespace: string, clusterIP: string): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  });
  const all = [
    service('my-web', 'default', '10.96.0.9'),
    service('kubernetes', 'default', '10.96.0.1'),
    service('other', 'elsewhere', '10.96.0.8'),
    service('headless', 'default', 'None'),
  ];
  const env = serviceEnv(aBoundPod('p'), all);
  assert.equal(env.get('MY_WEB_SERVICE_HOST'), '10.96.0.9');
  assert.equal(env.get('MY_WEB_SERVICE_PORT_HTTP'), '80');
  assert.equal(env.get('MY_WEB_PORT'), 'tcp://10.96.0.9:80');
  assert.equal(env.get('MY_WEB_PORT_80_TCP_ADDR'), '10.96.0.9');
  assert.ok(![...env.keys()].some((key) => key.startsWith('OTHER') || key.startsWith('HEADLESS')));
  const bare = serviceEnv(aBoundPod('p', { enableServiceLinks: false }), all);
  assert.ok(bare.has('KUBERNETES_SERVICE_HOST') && !bare.has('MY_WEB_SERVICE_HOST'));
});
