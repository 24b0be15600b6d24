import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../../../api/kinds/core/v1/event.ts';
import type { KubeObject } from '../object-shape.ts';
import { toneOfCondition } from './conditions.ts';
import { stateText } from './containers.ts';
import { eventRows } from './events.ts';
import { relationsOf } from './related.ts';

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'd' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web', tier: 'front' } },
      spec: {
        serviceAccountName: 'web',
        volumes: [{ name: 'c', configMap: { name: 'conf' } }],
        containers: [{ name: 'a', envFrom: [{ secretRef: { name: 'keys' } }] }],
      },
    },
  },
};
const named = (object: KubeObject) =>
  relationsOf(object).named.map(({ title, references }) => `${title}: ${references.map(({ name }) => name)}`);
const list = (object: KubeObject, title: string) =>
  relationsOf(object).lists.find((one) => one.title === title) ?? assert.fail(title);
const some = (kind: string, spec: KubeObject['spec'], metadata = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'shop', ...metadata },
  ...(spec && { spec }),
});

test('a workload has what its pods use, what it owns, and what selects its pods', () => {
  assert.deepEqual(named(deployment), ['ConfigMaps: conf', 'Secrets: keys', 'Service account: web']);
  assert.equal(list(deployment, 'Pods').labelSelector, 'app=web');
  const owner = { uid: 'd', apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const keepsSets = list(deployment, 'ReplicaSets').keep!;
  assert.equal(keepsSets(some('ReplicaSet', {}, { ownerReferences: [owner] })), true);
  assert.equal(keepsSets(some('ReplicaSet', {})), false);
  const keepsServices = list(deployment, 'Services').keep!;
  assert.equal(keepsServices(some('', { selector: { tier: 'front' } })), true);
  assert.equal(keepsServices(some('', { selector: { tier: 'back' } })), false);
  assert.equal(keepsServices(some('', {})), false);
  assert.equal(keepsServices(some('', { selector: {} })), false);
  const keepsPolicies = list(deployment, 'Network policies').keep!;
  assert.equal(keepsPolicies(some('', { podSelector: {} })), true);
  const keepsScalers = list(deployment, 'Autoscalers').keep!;
  assert.equal(keepsScalers(some('H', { scaleTargetRef: { kind: 'Deployment', name: 'web' } })), true);
  assert.equal(keepsScalers(some('H', { scaleTargetRef: { kind: 'StatefulSet', name: 'web' } })), false);
});

test('a pod leads to its node and its owner, a volume to its claim, a door to its Services', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'r' };
  const pod = some('Pod', { nodeName: 'n1', containers: [] }, { ownerReferences: [owner] });
  assert.deepEqual(named(pod), ['Owners: web-1', 'Node: n1']);
  assert.equal(relationsOf(pod).named[0]?.references[0]?.group, 'apps');
  const volume = some('PersistentVolume', { claimRef: { namespace: 'a', name: 'c' }, storageClassName: 's' });
  assert.deepEqual(named(volume), ['Claim: c', 'Storage class: s']);
  const backend = (name: string) => ({ backend: { service: { name } } });
  const ingress: KubeObject = {
    ...some('Ingress', { rules: [{ http: { paths: [backend('b'), backend('a'), backend('b')] } }] }),
    apiVersion: 'networking.k8s.io/v1',
  };
  assert.deepEqual(named(ingress), ['Services: a,b']);
});

test('configuration leads to the pods that use it', () => {
  const pod = some('Pod', { containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'x' } }] }] });
  assert.equal(list(some('ConfigMap', undefined), 'Used by').keep?.(pod), true);
  assert.equal(list(some('Secret', undefined), 'Used by').keep?.(pod), false);
});

test('a kind that nobody knows has its owners only', () => {
  const custom = { ...some('Deployment', deployment.spec), apiVersion: 'example.com/v1' };
  assert.deepEqual(relationsOf(custom), { named: [], lists: [] });
});

test('conditions are good or bad news by what they mean', () => {
  assert.equal(toneOfCondition({ type: 'Ready', status: 'True' }), 'good');
  assert.equal(toneOfCondition({ type: 'Ready', status: 'False' }), 'warn');
  assert.equal(toneOfCondition({ type: 'MemoryPressure', status: 'False' }), 'plain');
  assert.equal(toneOfCondition({ type: 'MemoryPressure', status: 'True' }), 'bad');
  assert.equal(toneOfCondition({ type: 'ReplicaFailure', status: 'True' }), 'bad');
  assert.equal(toneOfCondition({ type: 'Ready', status: 'Unknown' }), 'warn');
});

test('a container says why it does not run', () => {
  const pulling = stateText({ waiting: { reason: 'ImagePullBackOff', message: 'no such image' } });
  assert.deepEqual(
    [pulling.tone, pulling.word, pulling.message],
    ['bad', 'ImagePullBackOff', 'no such image'],
  );
  assert.equal(stateText({ waiting: { reason: 'ContainerCreating' } }).tone, 'busy');
  const killed = stateText({ terminated: { exitCode: 137, reason: 'OOMKilled' } });
  assert.deepEqual([killed.tone, killed.word, killed.message], ['bad', 'OOMKilled', 'exit code 137']);
  assert.equal(stateText({ terminated: { exitCode: 0 } }).word, 'Completed');
  assert.equal(stateText({ running: {} }, false).tone, 'warn');
});

test('events are those of this object, the latest first', () => {
  const event = (reason: string, uid: string, lastTimestamp: string, more = {}): Event => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: reason, uid: reason },
    involvedObject: { uid },
    reason,
    lastTimestamp,
    firstTimestamp: '2026-01-01T00:00:00Z',
    ...more,
  });
  const before = event('Before', 'another', '2026-01-01T00:00:01Z');
  const pulled = event('Pulled', 'p', '2026-01-01T00:00:02Z', {
    message: 'image pulled',
    involvedObject: { uid: 'p', fieldPath: 'spec.containers{app}' },
  });
  const failed = event('Failed', 'p', '2026-01-01T00:00:05Z', { type: 'Warning', count: 4 });
  const rows = eventRows([before, pulled, failed], some('Pod', {}, { uid: 'p' }));
  assert.deepEqual(
    rows.map(({ reason, message, count, isWarning }) => ({ reason, message, count, isWarning })),
    [
      { reason: 'Failed', message: '', count: 4, isWarning: true },
      { reason: 'Pulled', message: 'app: image pulled', count: 1, isWarning: false },
    ],
  );
  assert.equal(
    eventRows([event('x', 'n1', '')], { ...some('Node', {}), metadata: { name: 'n1', uid: 'u' } }).length,
    1,
  );
});
