// Pods of higher priority take the places of others, with real containers. A host port is what there is one of per node, so
// that it does not matter how large the machine is.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const IMAGE = 'localhost/hello:1';
const examples = join(repository, 'examples');

describe('preemption', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-preempt', nodes: 2 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(examples, 'hello'));
    await cluster.kubectl('apply', '-f', join(examples, 'preemption/batch.yaml'));
  });
  after(() => cluster?.down());

  const field = (what: string, path: string) =>
    cluster.kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);

  const names = async (selector: string) =>
    (await field(`pods -l ${selector}`, '{.items[*].metadata.name}')).split(' ').filter(Boolean);

  const create = (...items: object[]) =>
    cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'create', '-f', '-');

  /** A pod that takes a host port. */
  const pod = (name: string, hostPort: number, priorityClassName: string, spec: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name, port: String(hostPort) } },
    spec: {
      priorityClassName,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: IMAGE, ports: [{ containerPort: 8080, hostPort }] }],
      ...spec,
    },
  });

  const ready = (...pods: string[]) =>
    cluster.kubectl('wait', '--for=condition=Ready', ...pods.map((name) => `pod/${name}`), '--timeout=60s');

  const waits = (name: string, words: RegExp) =>
    eventually(`${name} says why it waits`, async () =>
      words.test(await field(`pod ${name}`, '{.status.conditions[?(@.type=="PodScheduled")].message}')),
    );

  it('the example: an urgent pod interrupts a batch pod, whose replacement waits', async () => {
    await cluster.kubectl('scale', 'deployment/batch', '--replicas=2');
    await cluster.kubectl('rollout', 'status', 'deployment/batch', '--timeout=60s');
    const before = await names('app=batch');
    await cluster.kubectl('apply', '-f', join(examples, 'preemption/urgent.yaml'));
    await ready('urgent');
    const node = await field('pod urgent', '{.spec.nodeName}');
    const uid = await field('pod urgent', '{.metadata.uid}');
    assert.equal(await field('pod urgent', '{.status.nominatedNodeName}'), '');
    const events = 'events --field-selector reason=Preempted';
    assert.equal(await field(events, '{.items[*].message}'), `Preempted by pod ${uid} on node ${node}`);
    const left = await names('app=batch');
    assert.equal(left.filter((name) => before.includes(name)).length, 1, 'one of the two goes on');
    const [replacement = ''] = left.filter((name) => !before.includes(name));
    await waits(replacement, /preemption: not eligible due to preemptionPolicy=Never\.$/);
    await cluster.kubectl('delete', 'pod', 'urgent');
    await cluster.kubectl('rollout', 'status', 'deployment/batch', '--timeout=60s');
    assert.equal(await field(`pod ${replacement}`, '{.spec.nodeName}'), node, 'the place is free again');
  });

  it('a disruption budget decides which node loses its pod', async () => {
    await create(
      {
        ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'kept' } },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } },
      },
      pod('kept', 8098, 'batch'),
      pod('other', 8098, ''),
    );
    await ready('kept', 'other');
    await create(pod('high', 8098, 'urgent'));
    await ready('high');
    assert.deepEqual(await names('port=8098'), ['high', 'kept'], 'the other had the higher priority');
  });

  it('a pod whose policy is Never interrupts nobody', async () => {
    await create(
      {
        ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'patient' } },
        ...{ value: 100_000, preemptionPolicy: 'Never' },
      },
      pod('one', 8097, 'batch'),
      pod('two', 8097, 'batch'),
    );
    await ready('one', 'two');
    await create(pod('patient', 8097, 'patient'));
    await waits(
      'patient',
      /^0\/2 nodes are available: 2 node\(s\) didn't have free ports for the requested pod ports\. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never\.$/,
    );
    assert.deepEqual(await names('port=8097'), ['one', 'patient', 'two']);
    await cluster.kubectl('delete', 'pod', 'one');
    await ready('patient');
  });

  it('a nominated pod keeps its place when everything is killed and started again', async () => {
    const slow = (name: string) =>
      pod(name, 8096, 'batch', {
        terminationGracePeriodSeconds: 120,
        containers: [
          {
            ...{ name: 'main', image: IMAGE, ports: [{ containerPort: 8080, hostPort: 8096 }] },
            command: ['sh', '-c', 'trap "" TERM; until [ -e /tmp/end ]; do sleep 0.2; done'],
          },
        ],
      });
    await create(slow('slow-1'), slow('slow-2'));
    await ready('slow-1', 'slow-2');
    await create(pod('next', 8096, 'urgent'));
    const nominated = await eventually('a node is nominated', () =>
      field('pod next', '{.status.nominatedNodeName}'),
    );
    cluster.killAll();
    await cluster.restart();
    assert.equal(await field('pod next', '{.status.nominatedNodeName}'), nominated);
    const ending = await field(
      'pods -l app!=next,port=8096',
      `{.items[?(@.spec.nodeName=="${nominated}")].metadata.name}`,
    );
    await eventually('its victim ends', () =>
      cluster.kubectl('exec', ending, '--', 'sh', '-c', ': > /tmp/end; echo told'),
    );
    await ready('next');
    assert.equal(await field('pod next', '{.spec.nodeName}'), nominated);
    const left = (await names('port=8096')).filter((name) => name !== 'next');
    assert.equal(left.length, 1, 'it has interrupted one only');
  });
});
