import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Body, CallOptions } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import type { Point, Reading } from './reading.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const PODS = `${METRICS}/namespaces/default/pods`;

describe('metrics.k8s.io', () => {
  let cluster: SimCluster;
  let began = 0;
  const reads: string[] = [];

  /** A node uses 2 CPUs; of `web`, `main` uses 100m and `side` 50m. */
  function reading(node: string): Reading {
    reads.push(node);
    const at = cluster.clock.now();
    const seconds = (at - began) / 1000;
    const point = (cpu: number): Point => ({ at, cpu: seconds * cpu, memory: 32 << 20, startedAt: began });
    const web = new Map([
      ['main', point(0.1)],
      ['side', point(0.05)],
    ]);
    const pods = node === 'node1' ? [['default/web', web] as const] : [];
    return { node: point(2), pods: new Map(pods) };
  }

  before(async () => {
    cluster = await simCluster({ apiServer: { readKubelet: async (node) => reading(node) } });
    began = cluster.clock.now();
    for (const name of ['node1', 'node2'])
      await cluster.client.create(Node, aNode(name, {}, {}, { labels: { zone: name } }));
    const containers = [aContainer(), aContainer('side')];
    for (const [name, phase] of [
      ['web', 'Running'],
      ['done', 'Succeeded'],
      ['new', 'Running'],
    ] as const) {
      const pod = aBoundPod(name, { containers }, { labels: { app: name } });
      const made = await cluster.client.create(Pod, pod);
      await cluster.client.update(Pod, { ...made, status: { phase } }, { subresource: 'status' });
    }
  });
  after(() => cluster.stop());

  async function ask(path: string, options: CallOptions = {}): Promise<{ status: number; body: Body }> {
    const answer = cluster.call('GET', path, undefined, options);
    await cluster.clock.step(1100);
    return answer;
  }
  const names = ({ items }: Body) => items.map(({ metadata }: Body) => metadata.name);

  it('lists what pods use, container by container', async () => {
    const { status, body } = await ask(PODS);
    assert.equal(status, 200);
    assert.equal(body.kind, 'PodMetricsList');
    assert.deepEqual(names(body), ['web']);
    const [{ metadata, timestamp, window, containers }] = body.items;
    assert.deepEqual(metadata.labels, { app: 'web' });
    assert.equal(window, '1s');
    assert.equal(timestamp, '2026-01-01T00:00:01Z');
    assert.deepEqual(containers, [
      { name: 'main', usage: { cpu: '100m', memory: '32Mi' } },
      { name: 'side', usage: { cpu: '50m', memory: '32Mi' } },
    ]);
  });

  it('asks only the nodes on which the pods are', async () => {
    reads.length = 0;
    await cluster.clock.step(20_000);
    await ask(PODS);
    assert.deepEqual(reads, ['node1']);
    await cluster.clock.step(20_000);
    await ask(PODS, { query: { labelSelector: 'app=done' } });
    assert.deepEqual(reads, ['node1']);
  });

  it('lists nodes, and selects by labels and fields', async () => {
    assert.deepEqual(names((await ask(`${METRICS}/nodes`)).body), ['node1', 'node2']);
    const byLabel = await ask(`${METRICS}/nodes`, { query: { labelSelector: 'zone=node2' } });
    assert.deepEqual(byLabel.body.items[0].usage, { cpu: '2', memory: '32Mi' });
    assert.deepEqual(names(byLabel.body), ['node2']);
    const byField = await ask(`${METRICS}/pods`, {
      query: { fieldSelector: 'metadata.namespace=default,metadata.name!=web' },
    });
    assert.deepEqual(names(byField.body), []);
    const unknown = await ask(`${METRICS}/pods`, { query: { fieldSelector: 'spec.nodeName=node1' } });
    assert.equal(unknown.status, 400);
  });

  it('gets one; without measurements it is not found', async () => {
    assert.equal((await ask(`${PODS}/web`)).body.kind, 'PodMetrics');
    assert.equal((await ask(`${METRICS}/nodes/node1`)).body.kind, 'NodeMetrics');
    const messages: [string, string][] = [
      [`${PODS}/none`, 'pods "none" not found'],
      [`${PODS}/new`, 'pods.metrics.k8s.io "default/new" not found'],
      [`${PODS}/done`, 'pods.metrics.k8s.io "default/done" not found'],
      [`${METRICS}/nodes/none`, 'nodes "none" not found'],
    ];
    for (const [path, message] of messages) {
      const { status, body } = await ask(path);
      assert.deepEqual([status, body.message], [404, message]);
    }
  });

  it('has tables as metrics-server prints them', async () => {
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const { body } = await ask(PODS, { headers });
    assert.deepEqual(
      body.columnDefinitions.map(({ name, format }: Body) => [name, format]),
      [
        ['Name', 'name'],
        ['cpu', 'quantity'],
        ['memory', 'quantity'],
        ['Window', 'duration'],
      ],
    );
    assert.deepEqual(body.rows[0].cells.slice(0, 3), ['web', '150m', '64Mi']);
    const node = await ask(`${METRICS}/nodes/node1`, { headers });
    assert.deepEqual(node.body.rows[0].cells.slice(0, 3), ['node1', '2', '32Mi']);
  });

  it('answers in JSON those who prefer protobuf, and takes no writes or watches', async () => {
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    assert.equal((await ask(PODS, { headers: { accept } })).body.kind, 'PodMetricsList');
    assert.equal((await cluster.call('DELETE', `${PODS}/web`)).status, 405);
    assert.equal((await ask(PODS, { query: { watch: 'true' } })).status, 405);
  });

  it('is discovered, without an APIService that one of metrics-server would conflict with', async () => {
    const { body } = await cluster.call('GET', METRICS);
    assert.deepEqual(
      body.resources.map(({ name, kind, verbs }: Body) => [name, kind, verbs]),
      [
        ['nodes', 'NodeMetrics', ['get', 'list']],
        ['pods', 'PodMetrics', ['get', 'list']],
      ],
    );
    const services = '/apis/apiregistration.k8s.io/v1/apiservices';
    assert.equal((await cluster.call('GET', `${services}/v1beta1.metrics.k8s.io`)).status, 404);
  });

  it('is for those who may view, by aggregation', async () => {
    const { body } = await cluster.call('GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles', undefined, {
      query: { labelSelector: 'rbac.authorization.k8s.io/aggregate-to-view=true' },
    });
    const rules = body.items.flatMap(({ rules }: Body) => rules);
    const own = rules.find(({ apiGroups }: Body) => apiGroups.includes('metrics.k8s.io'));
    assert.deepEqual(own, {
      apiGroups: ['metrics.k8s.io'],
      resources: ['nodes', 'pods'],
      verbs: ['get', 'list', 'watch'],
    });
  });
});
