// What controllers promise, with real containers: jobs, daemons, stateful sets, owners and their dependents, namespaces, drains.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const IMAGE = 'localhost/hello:1';
const shell = (command: string) => ({
  terminationGracePeriodSeconds: 1,
  containers: [{ name: 'c', image: IMAGE, command: ['sh', '-c', command] }],
});
const FOREVER = shell('trap "exit 0" TERM; while :; do sleep 0.1; done');
const template = (app: string, spec: object) => ({ metadata: { labels: { app } }, spec });
const selector = (app: string) => ({ matchLabels: { app } });

describe('workloads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tph-workloads-'));
  let cluster: TestCluster;
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-work',
      nodes: 2,
      files: [join(repository, 'examples/hello')],
    });
  });
  after(async () => {
    await cluster?.down();
    rmSync(folder, { recursive: true });
  });

  let files = 0;
  const apply = async (...objects: object[]) => {
    const path = join(folder, `${files++}.json`);
    writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    await cluster.kubectl('apply', '-f', path);
  };
  const field = (what: string, path: string) =>
    cluster.kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);
  const words = async (what: string, path: string) =>
    (await field(what, path)).split(/\s+/).filter(Boolean).sort();

  it('a job runs its pods to completion, each index once, and is deleted after its TTL', async () => {
    const spec = { restartPolicy: 'Never', ...shell('echo index $JOB_COMPLETION_INDEX') };
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'count' },
      spec: {
        completions: 3,
        parallelism: 2,
        completionMode: 'Indexed',
        ttlSecondsAfterFinished: 5,
        template: { spec },
      },
    });
    await cluster.kubectl('wait', '--for=condition=complete', 'job/count', '--timeout=60s');
    assert.equal(await field('job count', '{.status.succeeded} {.status.completedIndexes}'), '3 0-2');
    const logs = await cluster.kubectl('logs', '-l', 'job-name=count', '--tail=-1');
    assert.deepEqual(logs.trim().split('\n').sort(), ['index 0', 'index 1', 'index 2']);
    await cluster.kubectl('wait', '--for=delete', 'job/count', '--timeout=60s');
    assert.deepEqual(await words('pods -l job-name=count', '{.items[*].metadata.name}'), []);
  });

  it('a job that fails says why', async () => {
    const spec = { restartPolicy: 'Never', ...shell('exit 3') };
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'broken' },
      spec: { backoffLimit: 0, template: { spec } },
    });
    await cluster.kubectl('wait', '--for=condition=failed', 'job/broken', '--timeout=60s');
    const reason = '{.status.conditions[?(@.type=="Failed")].reason}';
    assert.equal(await field('job broken', reason), 'BackoffLimitExceeded');
    await cluster.kubectl('delete', 'job', 'broken');
  });

  it('a daemon set runs on every node, rolls out node by node, and back', async () => {
    await apply({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: selector('agent'), template: template('agent', FOREVER) },
    });
    const settled = () => cluster.kubectl('rollout', 'status', 'daemonset/agent', '--timeout=60s');
    await settled();
    const nodes = await words('pods -l app=agent', '{.items[*].spec.nodeName}');
    assert.deepEqual(nodes, [...cluster.nodes].sort());
    await cluster.kubectl('set', 'env', 'daemonset/agent', 'VERSION=2');
    await settled();
    await cluster.kubectl('rollout', 'undo', 'daemonset/agent');
    await settled();
    assert.equal(await field('daemonset agent', '{.spec.template.spec.containers[0].env}'), '');
    assert.match(await cluster.kubectl('rollout', 'history', 'daemonset/agent'), /\n3 /);
    await cluster.kubectl('delete', 'daemonset', 'agent');
  });

  it('a stateful set gives its pods stable names that resolve in DNS', async () => {
    await apply(
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'db' },
        spec: { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 80 }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: {
          replicas: 2,
          serviceName: 'db',
          selector: selector('db'),
          template: template('db', FOREVER),
        },
      },
    );
    const settled = () => cluster.kubectl('rollout', 'status', 'statefulset/db', '--timeout=60s');
    await settled();
    const name = 'db-1.db.default.svc.cluster.local';
    const address = await field('pod db-1', '{.status.podIP}');
    await eventually('the name of db-1', async () =>
      (await cluster.kubectl('exec', 'db-0', '--', 'nslookup', name)).includes(address),
    );
    const before = await field('pod db-0', '{.metadata.uid}');
    await cluster.kubectl('delete', 'pod', 'db-0');
    await settled();
    assert.notEqual(await field('pod db-0', '{.metadata.uid}'), before);
    await cluster.kubectl('scale', 'statefulset', 'db', '--replicas=1');
    await cluster.kubectl('wait', '--for=delete', 'pod/db-1', '--timeout=60s');
    await cluster.kubectl('delete', 'statefulset,service', 'db');
  });

  it('dependents are deleted in the foreground, in the background, or orphaned, as the propagation policy says', async () => {
    const deploy = async (name: string) => {
      await apply({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { selector: selector(name), template: template(name, FOREVER) },
      });
      await cluster.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=60s');
    };
    const left = (app: string) => words(`replicasets,pods -l app=${app}`, '{.items[*].kind}');
    await deploy('before');
    await cluster.kubectl('delete', 'deployment', 'before', '--cascade=foreground');
    assert.deepEqual(await left('before'), []);
    await deploy('after');
    await cluster.kubectl('delete', 'deployment', 'after', '--cascade=background');
    await eventually('nothing left', async () => (await left('after')).length === 0);
    await deploy('stays');
    await cluster.kubectl('delete', 'deployment', 'stays', '--cascade=orphan');
    assert.deepEqual(await left('stays'), ['Pod', 'ReplicaSet']);
    await cluster.kubectl('delete', 'replicaset', '-l', 'app=stays');
    await eventually('no pods left', async () => (await left('stays')).length === 0);
  });

  it('deleting a namespace deletes everything in it', async () => {
    await cluster.kubectl('create', 'namespace', 'team');
    await cluster.kubectl('-n', 'team', 'create', 'deployment', 'web', `--image=${IMAGE}`, '--replicas=2');
    await cluster.kubectl('-n', 'team', 'rollout', 'status', 'deployment/web', '--timeout=60s');
    await cluster.kubectl('delete', 'namespace', 'team', '--timeout=60s');
    assert.deepEqual(await words('pods -A', '{.items[?(@.metadata.namespace=="team")].metadata.name}'), []);
  });

  it('a drain moves pods no faster than their budget allows, and the node takes new ones again', async () => {
    await apply(
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'steady' },
        spec: {
          replicas: 3,
          selector: selector('steady'),
          template: template('steady', FOREVER),
        },
      },
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'steady' },
        spec: { maxUnavailable: 1, selector: selector('steady') },
      },
    );
    await cluster.kubectl('rollout', 'status', 'deployment/steady', '--timeout=60s');
    const [node] = cluster.nodes;
    const drain = ['drain', node!, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=90s'];
    await cluster.kubectl(...drain, '--pod-selector=app=steady');
    await eventually('all of them elsewhere', async () => {
      const nodes = await words(
        'pods -l app=steady --field-selector=status.phase=Running',
        '{.items[*].spec.nodeName}',
      );
      return nodes.length === 3 && nodes.every((name) => name !== node);
    });
    await cluster.kubectl('uncordon', node!);
    assert.equal(await field(`node ${node}`, '{.spec.taints}'), '');
  });
});
