// `tiphys why` on a real cluster: what it says of pods that wait for a node, of pods that have one and do not run, and to whom.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readKubeconfig } from '../../src/client/kubeconfig/kubeconfig.ts';
import { tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const IMAGE = 'localhost/hello:1';
const examples = join(repository, 'examples');

describe('tiphys why', () => {
  let cluster: TestCluster;
  let first: string;
  let second: string;
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-why', nodes: 2 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(examples, 'hello'));
    [first = '', second = ''] = cluster.nodes;
    await cluster.kubectl('apply', '-f', join(examples, 'preemption/batch.yaml'));
  });
  after(() => cluster?.down());

  const why = (...words: string[]) => cluster.tiphys('why', ...words, '--name', cluster.name);

  /** Asks until the answer matches: the scheduler and the kubelets need a moment. */
  const says = (words: readonly string[], expected: RegExp) =>
    eventually(`why ${words.join(' ')} says ${expected}`, async () => {
      const text = await why(...words);
      return expected.test(text) ? text : undefined;
    });

  const create = (...items: object[]) =>
    cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'create', '-f', '-');

  const pod = (name: string, spec: object = {}, container: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: IMAGE, ...container }],
      ...spec,
    },
  });

  it('says how much is missing, node by node, and together where nodes say the same', async () => {
    await create(pod('huge', {}, { resources: { requests: { cpu: '1000' } } }));
    const text = await says(
      ['pod/huge'],
      /waits for a node: 0 of 2 nodes fit: needs 1k cpu \(they have \S+ in all\) on/,
    );
    assert.match(
      text,
      new RegExp(`^(${first}, ${second}|${second}, ${first}) +NodeResourcesFit +Insufficient cpu`, 'm'),
    );
    assert.match(text, /the scheduler's message: 0\/2 nodes are available: 2 Insufficient cpu\./);
    assert.match(text, /tried again after a change in the cluster that concerns NodeResourcesFit/);
  });

  it('has the answers of all plug-ins of a node', async () => {
    await cluster.kubectl('taint', 'node', first, 'gpu=yes:NoSchedule');
    await cluster.kubectl('cordon', second);
    await create(pod('picky', { nodeSelector: { disk: 'ssd' } }));
    const text = await says(['pod/picky'], /to be uncordoned[\s\S]*the label disk=ssd/);
    assert.match(
      text,
      new RegExp(`^${first} +TaintToleration .*a toleration of the taint gpu=yes:NoSchedule$`, 'm'),
    );
    assert.match(text, new RegExp(`^${second} +NodeUnschedulable .*to be uncordoned$`, 'm'));
    const json = JSON.parse(await why('pod/picky', '-o', 'json'));
    assert.equal(json.placement.state, 'Unschedulable');
    const verdict: Verdict = json.placement.nodes.verdicts.find(({ node }: Verdict) => node === first);
    const plugins = verdict.rejections.map(({ plugin }) => plugin);
    assert.deepEqual(plugins, ['TaintToleration', 'NodeAffinity']);
    await cluster.kubectl('uncordon', second);
    await cluster.kubectl('taint', 'node', first, 'gpu-');
    await cluster.kubectl('label', 'node', second, 'disk=ssd');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/picky', '--timeout=60s');
    assert.equal(await why('picky'), 'pod default/picky is ready\n');
  });

  it('names the pods that hold a port, and the node where preempted pods end', async () => {
    const port = (name: string, priorityClassName: string, command?: string[]) =>
      pod(
        name,
        { priorityClassName, terminationGracePeriodSeconds: 20 },
        { ports: [{ containerPort: 8080, hostPort: 8095 }], ...(command && { command }) },
      );
    const deaf = ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'];
    await create(port('holder-1', 'batch', deaf), port('holder-2', 'batch', deaf));
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/holder-1', 'pod/holder-2', '--timeout=60s');
    await create(port('third', 'batch'));
    const text = await says(['pod/third'], /NodePorts/);
    assert.match(text, /host port 8095\/TCP/);
    const json = JSON.parse(await why('pod/third', '-o', 'json'));
    const holders = json.placement.nodes.verdicts.map(
      ({ rejections }: Verdict) => rejections[0]?.obstacles[0]?.pod.name,
    );
    assert.deepEqual(holders.sort(), ['holder-1', 'holder-2']);
    await create(port('urgent', 'urgent'));
    await says(
      ['pod/urgent'],
      /is nominated for node \S+, and waits until the preempted pods there have ended/,
    );
    await cluster.kubectl('delete', 'pod', 'urgent', 'third', 'holder-1', 'holder-2', '--now');
  });

  it('tells of gates, and of pods that another scheduler is to place', async () => {
    await create(
      pod('gated', { schedulingGates: [{ name: 'example.com/first' }] }),
      pod('foreign', { schedulerName: 'mine' }),
    );
    await says(
      ['pod/gated'],
      /is kept out of the scheduling queue: waiting for scheduling gates: \[example\.com\/first\]/,
    );
    await says(['pod/foreign'], /waits for the scheduler mine/);
  });

  it('tells what comes after scheduling: images, configuration, probes, crashes', async () => {
    const env = [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'missing', key: 'k' } } }];
    const readinessProbe = { exec: { command: ['sh', '-c', 'exit 1'] }, periodSeconds: 1 };
    await create(
      pod('no-image', {}, { image: 'localhost/none:1', imagePullPolicy: 'Never' }),
      pod('no-config', {}, { env }),
      pod('unready', {}, { readinessProbe }),
      pod('crashing', {}, { command: ['sh', '-c', 'exit 3'] }),
    );
    await says(['pod/no-image'], /container main: ErrImageNeverPull/);
    await says(['pod/no-config'], /CreateContainerConfigError: configmap "missing" not found/);
    await says(['pod/unready'], /runs, but its readiness probe has not succeeded[\s\S]*Unhealthy/);
    await says(['pod/crashing'], /CrashLoopBackOff: .*the last run ended with exit code 3/);
  });

  it('tells why a workload has no pods', async () => {
    await cluster.kubectl('create', 'namespace', 'small');
    await cluster.kubectl('create', 'quota', 'none', '--hard=pods=0', '-n', 'small');
    await cluster.kubectl('create', 'deployment', 'web', `--image=${IMAGE}`, '-n', 'small');
    await says(['deployment/web', '-n', 'small'], /ReplicaFailure=True FailedCreate: .*exceeded quota: none/);
  });

  it('shows somebody what they may see: neither nodes nor the pods of others', async () => {
    await cluster.kubectl('create', 'namespace', 'team');
    await cluster.kubectl('create', 'serviceaccount', 'ann', '-n', 'team');
    await cluster.kubectl(
      'create',
      'rolebinding',
      'ann',
      '--clusterrole=view',
      '--serviceaccount=team:ann',
      '-n',
      'team',
    );
    const huge = pod('huge', {}, { resources: { requests: { cpu: '1000' } } });
    await create({ ...huge, metadata: { name: 'huge', namespace: 'team' } });
    const token = (await cluster.kubectl('create', 'token', 'ann', '-n', 'team')).trim();
    const config = readKubeconfig(cluster.env.KUBECONFIG!);
    const users = config.users.map(({ name }) => ({ name, user: { token } }));
    const file = join(cluster.directory, 'ann');
    writeFileSync(file, JSON.stringify({ ...config, users }));
    const text = await says(
      ['pod/huge', '-n', 'team', '--kubeconfig', file],
      /the scheduler's message: 0\/2 nodes are available: 2 Insufficient cpu/,
    );
    assert.match(text, /nodes are not shown: you may not list them/);
    assert.ok(!text.includes('NodeResourcesFit  '), text);
    const words = ['why', 'pod/huge', '-n', 'default', '--kubeconfig', file];
    const refused = await tryExec([join(repository, 'bin/tiphys'), ...words], { env: cluster.env });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^tiphys: pods "huge" is forbidden: /);
  });

  it('has one line for a mistake', async () => {
    const failing = async (...words: string[]) => {
      const command = [join(repository, 'bin/tiphys'), 'why', ...words, '--name', cluster.name];
      return (await tryExec(command, { env: cluster.env })).stderr;
    };
    assert.equal(await failing('pod/none'), 'tiphys: pods "none" not found\n');
    assert.match(
      await failing('service/web'),
      /^tiphys: service\/web: give pod\/NAME, or a deployment, .*\n$/,
    );
  });
});

interface Verdict {
  readonly node: string;
  readonly rejections: readonly {
    readonly plugin: string;
    readonly obstacles: readonly { readonly pod: { readonly name: string } }[];
  }[];
}
