// The examples of where pods go, how much a team may use, and how nodes are emptied do what their comments say, on two nodes with real
// containers. (That of preemption: preemption.test.ts.)
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

const example = (path: string) => join(repository, 'examples', path);
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const field = (what: string, path: string) => kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);
const words = async (what: string, path: string) => (await field(what, path)).split(/\s+/).filter(Boolean);
const nodesOf = async (app: string) =>
  (await words(`pods -l app=${app}`, '{.items[*].spec.nodeName}')).sort();
const settled = (...name: string[]) => kubectl('rollout', 'status', ...name, '--timeout=60s');
const ready = (...pods: string[]) =>
  kubectl('wait', '--for=condition=Ready', ...pods.map((name) => `pod/${name}`), '--timeout=60s');
const waits = (name: string, why: RegExp) =>
  eventually(`${name} waits`, async () =>
    why.test(await field(`pod ${name}`, '{.status.conditions[?(@.type=="PodScheduled")].message}')),
  );

describe('examples of scheduling', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-placing', nodes: 2 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, example('hello'));
    await kubectl('apply', '-f', example('affinity'), '-f', example('quotas'));
  });
  after(() => cluster?.down());

  describe('with both nodes', { concurrency: true }, () => {
    it('affinity: apart from their like, near others, on a node with a label', async () => {
      await settled('deployment/apart');
      assert.deepEqual(await nodesOf('apart'), [...cluster.nodes].sort());
      await kubectl('scale', 'deployment', 'apart', '--replicas=3');
      const pending = ['pods', '-l', 'app=apart', '--field-selector=status.phase=Pending'].join(' ');
      const third = await eventually('one waits', () => field(pending, '{.items[*].metadata.name}'));
      await waits(third, /^0\/2 nodes are available: 2 node\(s\) didn't match pod anti-affinity rules\./);
      await waits('near', /^0\/2 nodes are available: 2 node\(s\) didn't match pod affinity rules\./);
      const why = await cluster.tiphys('why', '--name', cluster.name, 'pod/indexer');
      assert.match(why, /NodeAffinity.*disk/s);
      const [, second = ''] = cluster.nodes;
      await kubectl('label', 'nodes', second, 'disk=fast');
      await ready('indexer', 'near');
      assert.equal(await field('pods indexer near', '{.items[*].spec.nodeName}'), `${second} ${second}`);
    });

    it('spreading: as many here as there, one more at most', async () => {
      await settled('deployment/spread');
      const [first = '', second = ''] = [...cluster.nodes].sort();
      assert.deepEqual(await nodesOf('spread'), [first, first, second, second]);
      await kubectl('scale', 'deployment', 'spread', '--replicas=6');
      await settled('deployment/spread');
      assert.deepEqual(await nodesOf('spread'), [first, first, first, second, second, second]);
    });

    it('quotas: what a team may use, what its containers get, and what is refused', async () => {
      const inTeam = (what: string) => `-n team ${what}`;
      const failure = '{.status.conditions[?(@.type=="ReplicaFailure")].message}';
      await eventually('the third is refused', async () =>
        /exceeded quota: share, requested: requests\.cpu=80m, used: requests\.cpu=160m, limited: requests\.cpu=200m/.test(
          await field(inTeam('deployment app'), failure),
        ),
      );
      const used = '{.status.used.pods} {.status.used.requests\\.cpu} {.status.used.requests\\.memory}';
      await eventually('the quota', async () => (await field(inTeam('quota share'), used)) === '2 160m 32Mi');
      const resources = JSON.parse(
        await field(inTeam('pods -l app=app'), '{.items[0].spec.containers[0].resources}'),
      );
      assert.deepEqual(resources, {
        limits: { cpu: '200m', memory: '64Mi' },
        requests: { cpu: '80m', memory: '16Mi' },
      });
      const big = {
        name: 'big',
        image: 'localhost/hello:1',
        resources: { requests: { cpu: 1 }, limits: { cpu: 1 } },
      };
      const overrides = JSON.stringify({ spec: { containers: [big] } });
      const run = ['run', 'big', '--image=localhost/hello:1', `--overrides=${overrides}`];
      const { stderr } = await cluster.tryKubectl('-n', 'team', ...run);
      assert.match(stderr, /forbidden: maximum cpu usage per Container is 500m, but limit is 1/);
      await kubectl('delete', 'namespace', 'team', '--timeout=60s');
      const namespaces = await words('pods,replicasets,deployments -A', '{.items[*].metadata.namespace}');
      assert.ok(!namespaces.includes('team'), 'with a namespace goes all that is in it');
    });
  });

  it('disruption budget: while a node is emptied, two of three pods are available', async () => {
    await kubectl('apply', '-f', example('disruption-budget'));
    await settled('deployment/steady');
    const nodes = await nodesOf('steady');
    const node = cluster.nodes.find((name) => nodes.filter((one) => one === name).length > 1) ?? '';
    const available = [
      'get',
      'deployment',
      'steady',
      '--watch',
      '-o',
      'jsonpath={.status.availableReplicas} ',
    ];
    const watch = background([packagedTool('kubectl'), ...available], cluster.env);
    const drain = ['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=90s'];
    const { stderr } = await cluster.tryKubectl(...drain, '--pod-selector=app=steady');
    assert.match(stderr, /Cannot evict pod as it would violate the pod's disruption budget/);
    await settled('deployment/steady');
    await watch.stop();
    const numbers = watch.output().trim().split(' ').map(Number);
    assert.ok(Math.min(...numbers) === 2, `${numbers}`);
    await eventually('all are elsewhere', async () => {
      const now = await nodesOf('steady');
      return now.length === 3 && !now.includes(node);
    });
    await kubectl('uncordon', node);
    assert.equal(await field(`node ${node}`, '{.spec.taints}'), '');
  });

  it('taints: a node for some pods only, and one that is emptied for its repair', async () => {
    const [first = '', second = ''] = cluster.nodes;
    await kubectl('taint', 'nodes', second, 'dedicated=batch:NoSchedule');
    await kubectl('label', 'nodes', second, 'dedicated=batch');
    await kubectl('apply', '-f', example('taints'));
    await ready('guest', 'patient', 'batch');
    assert.equal(
      await field('pods guest patient batch', '{.items[*].spec.nodeName}'),
      `${first} ${first} ${second}`,
    );
    const tainted = systemClock.now();
    await kubectl('taint', 'nodes', first, 'repair=now:NoExecute');
    await kubectl('wait', '--for=delete', 'pod/guest', 'pod/patient', '--timeout=60s');
    const evicted = async (name: string) => {
      const of = `events --field-selector reason=TaintManagerEviction,involvedObject.name=${name}`;
      return Date.parse(await eventually('an event', () => field(of, '{.items[0].firstTimestamp}')));
    };
    const [guest, patient] = [await evicted('guest'), await evicted('patient')];
    // In whole seconds, rounded down.
    assert.ok(patient - tainted >= 4000, `may stay for five seconds: ${patient} after ${tainted}`);
    assert.ok(guest <= patient);
    assert.equal(await field('pod batch', '{.status.phase}'), 'Running');
  });
});
