// Aggregated API servers with an unmodified kubectl: a pod serves flunders, and figures for `kubectl top`.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { available, startAggregatedServer } from '../support/aggregated-server.ts';
import { background, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const NAME = 'tph-e2e-aggregation';
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const FLUNDERS = 'v1alpha1.wardle.example.com';
const METRICS = 'v1beta1.metrics.k8s.io';
const flunder = (name: string, namespace = 'default', metadata: object = {}) => ({
  apiVersion: 'wardle.example.com/v1alpha1',
  kind: 'Flunder',
  metadata: { name, namespace, ...metadata },
});
const create = (object: object, ...flags: string[]) =>
  cluster.kubectlWith(JSON.stringify(object), 'create', '-f', '-', ...flags);
describe('an aggregated API server', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME });
    await startAggregatedServer(cluster, [FLUNDERS, METRICS]);
  });
  after(() => cluster?.down());

  it('is listed beside the local ones', async () => {
    const rows = (await kubectl('get', 'apiservices')).split('\n').map((row) => row.split(/ {2,}/));
    const row = (name: string) => rows.find(([first]) => first === name)?.slice(1, 3);
    assert.deepEqual(row('v1alpha1.wardle.example.com'), ['wardle/api', 'True']);
    assert.deepEqual(row('v1.apps'), ['Local', 'True']);
    assert.deepEqual(row('v1.'), ['Local', 'True']);
  });

  it('has its resources in discovery', async () => {
    await eventually('discovery', async () =>
      /^flunders +wardle\.example\.com\/v1alpha1 +true +Flunder/m.test(
        await kubectl('api-resources', '--api-group=wardle.example.com'),
      ),
    );
    assert.match(await kubectl('api-versions'), /^wardle\.example\.com\/v1alpha1$/m);
  });

  it('serves objects to kubectl, which are created by who they are created by', async () => {
    const rules = ['--verb=create,get', '--resource=flunders.wardle.example.com'];
    await kubectl('create', 'clusterrole', 'angler', ...rules);
    await kubectl('create', 'clusterrolebinding', 'angler', '--clusterrole=angler', '--group=anglers');
    await assert.rejects(
      create(flunder('f'), '--as=jane'),
      /forbidden: User "jane" cannot create resource "flunders"/,
    );
    await create(flunder('f'), '--as=jane', '--as-group=anglers');
    assert.match(await kubectl('get', 'flunders'), /^f +\d+s?/m);
    const owner = JSON.parse(await kubectl('get', 'flunder', 'f', '-o', 'jsonpath={.owner}'));
    assert.deepEqual(owner, { user: 'jane', groups: ['anglers', 'system:authenticated'] });
    assert.match(await kubectl('explain', 'flunders'), /A fish of the tests\./);
  });

  it('lets kubectl watch its objects', async () => {
    const words = ['get', 'flunders', '--watch-only', '--output-watch-events', '--no-headers'];
    const watch = background([packagedTool('kubectl'), ...words], cluster.env);
    try {
      await eventually('the watch', async () => {
        await create(flunder('w'));
        await kubectl('delete', 'flunder', 'w');
        return /ADDED +w[\s\S]*DELETED +w/.test(watch.output());
      });
    } finally {
      await watch.stop();
    }
  });

  it('gives figures to kubectl top', async () => {
    const node = cluster.nodes[0]!;
    assert.match(await kubectl('top', 'nodes'), new RegExp(`^${node} +123m .* 456Mi`, 'm'));
    await kubectl('run', 'p', '--image=speaker:1', '--restart=Never');
    assert.match(await kubectl('top', 'pods'), /^p +123m +456Mi/m);
  });

  it('has its objects collected with their owners', async () => {
    await kubectl('create', 'configmap', 'owner');
    const uid = await kubectl('get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await create(flunder('owned', 'default', { ownerReferences }));
    await kubectl('delete', 'configmap', 'owner');
    await eventually('the flunder is collected', async () => !/owned/.test(await kubectl('get', 'flunders')));
  });

  it('that is away is told so, delays the end of namespaces, and is back when its pod is', async () => {
    await kubectl('create', 'namespace', 'pond');
    // Keeps the namespace, so that what is made in it later is deleted before the namespace is.
    await create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'anchor', namespace: 'pond', finalizers: ['example.com/anchor'] },
    });
    await kubectl('-n', 'wardle', 'scale', 'deployment', 'api', '--replicas=0');
    await available(cluster, 'False', [FLUNDERS, METRICS]);
    const reason = ['-o', 'jsonpath={.status.conditions[?(@.type=="Available")].reason}'];
    assert.equal(await kubectl('get', `apiservice/${FLUNDERS}`, ...reason), 'MissingEndpoints');
    const unable = /the server is currently unable to handle the request/;
    await assert.rejects(kubectl('get', 'flunders.v1alpha1.wardle.example.com'), unable);
    await assert.rejects(kubectl('top', 'nodes'), /Metrics API not available/);
    assert.match(await kubectl('get', 'pods'), /^p /m);
    await kubectl('delete', 'namespace', 'pond', '--wait=false');
    await eventually('the namespace waits', async () => {
      const { stdout } = await cluster.tryKubectl('get', 'namespace', 'pond', '-o', 'json');
      const { conditions = [] } = JSON.parse(stdout).status;
      const found = conditions.find(
        (one: { type: string }) => one.type === 'NamespaceDeletionDiscoveryFailure',
      );
      return found?.status === 'True' && found.reason === 'DiscoveryFailed';
    });
    await kubectl('-n', 'wardle', 'scale', 'deployment', 'api', '--replicas=1');
    await available(cluster, 'True', [FLUNDERS, METRICS]);
    await create(flunder('f', 'pond'));
    await eventually(
      'the flunder is deleted',
      async () => !/pond/.test(await kubectl('get', 'flunders', '-A')),
    );
    await kubectl('-n', 'pond', 'patch', 'configmap', 'anchor', '-p', '{"metadata":{"finalizers":null}}');
    await kubectl('wait', '--for=delete', 'namespace/pond', '--timeout=90s');
  });

  it('is gone with its APIService', async () => {
    await kubectl('delete', `apiservice/${FLUNDERS}`, `apiservice/${METRICS}`);
    await assert.rejects(
      kubectl('get', 'flunders'),
      /could not find the requested resource|doesn't have a resource type/,
    );
    // What it said about metrics, the API server measures itself again.
    const node = cluster.nodes[0]!;
    await eventually('measured figures', async () => {
      const { stdout } = await cluster.tryKubectl('top', 'nodes', '--no-headers');
      return stdout.startsWith(node) && !stdout.includes('456Mi');
    });
  });
});
