// The examples of workloads do what their comments say, on two nodes with real containers: all are applied at once, as they take their
// time side by side; then they are looked at side by side.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { rfc3339, systemClock } from '../../src/kit/clock.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const example = (path: string) => join(repository, 'examples', path);
const MINUTE = 60_000;
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const field = (what: string, path: string) => kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);
const words = async (what: string, path: string) => (await field(what, path)).split(/\s+/).filter(Boolean);
const names = async (app: string) => (await words(`pods -l app=${app}`, '{.items[*].metadata.name}')).sort();
const settled = (workload: string) => kubectl('rollout', 'status', workload, '--timeout=60s');
const readyReplicas = (what: string, count: number) =>
  kubectl('wait', `--for=jsonpath={.status.readyReplicas}=${count}`, what, '--timeout=60s');
/** Deletes a pod, and waits until another one of its name is ready. */
async function replaced(name: string): Promise<void> {
  const uid = () => field(`pod ${name}`, '{.metadata.uid}');
  const lost = await uid();
  await kubectl('delete', 'pod', name);
  await eventually(`another ${name}`, async () => (await uid()) !== lost);
  await kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
}
/** The kinds of what a workload has left. */
const left = (name: string, label = 'app') =>
  words(`replicasets,pods -l ${label}=${name}`, '{.items[*].kind}');

/** The messages of a kind's events, in the order in which they were last seen. */
async function messages(kind: string, name: string, reasons: readonly string[]): Promise<string[]> {
  const about = `involvedObject.kind=${kind},involvedObject.name=${name}`;
  const list = JSON.parse(await kubectl('get', 'events', '--field-selector', about, '-o', 'json'));
  const events: { reason: string; message: string; metadata: { resourceVersion: string } }[] = list.items;
  return events
    .filter(({ reason }) => reasons.includes(reason))
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ message }) => message);
}

/** The first words of what the Service `web` answers to `count` requests. */
async function greetings(count: number): Promise<string[]> {
  const ask = `i=0; while [ $i -lt ${count} ]; do i=$((i + 1)); wget -qO- http://web/; done`;
  const answers = await kubectl('exec', 'deployment/web', '--', 'sh', '-c', ask);
  return answers
    .trim()
    .split('\n')
    .map((line) => line.split(' ', 1)[0]!);
}

describe('examples of workloads', { concurrency: true }, () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-examples', nodes: 2 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, example('hello'));
    const slow = [
      'job',
      'statefulset',
      'claims',
      'snapshots/snapshots.yaml',
      'deployment/web.yaml',
      'pod',
      'daemonset',
    ];
    const paths = [...slow, 'replicaset', 'replicationcontroller', 'cronjob'];
    await kubectl('apply', ...paths.flatMap((path) => ['-f', example(path)]));
  });
  after(() => cluster?.down());

  it('pod: init containers, a sidecar and containers share an address and a volume', async () => {
    await kubectl('wait', '--for=condition=Ready', 'pod/parts', '--timeout=60s');
    assert.match(await kubectl('get', 'pod', 'parts'), /^parts +3\/3 +Running/m);
    const state = '{.status.initContainerStatuses[0].state.terminated.reason}';
    assert.equal(await field('pod parts', state), 'Completed');
    assert.equal(await kubectl('exec', 'parts', '-c', 'web', '--', 'ls', '/pages'), 'count\nprepared\n');
    await eventually('the visitor was answered', async () =>
      /^prepared\ncount \d+$/m.test(await kubectl('logs', 'parts', '-c', 'visitor')),
    );
  });

  describe('replicas', { concurrency: false }, () => {
    it('replica set: there are always three; one that is let go is replaced, and may come back', async () => {
      const three = async (without: string) =>
        eventually('three', async () => {
          const now = await names('crew');
          return now.length === 3 && !now.includes(without);
        });
      await readyReplicas('replicaset/crew', 3);
      const [deleted = '', aside = ''] = await names('crew');
      await kubectl('delete', 'pod', deleted);
      await three(deleted);
      await kubectl('label', 'pod', aside, 'app=aside', '--overwrite');
      await three(aside);
      await eventually('let go', async () => !(await field(`pod ${aside}`, '{.metadata.ownerReferences}')));
      await readyReplicas('replicaset/crew', 3);
      await kubectl('label', 'pod', aside, 'app=crew', '--overwrite');
      await eventually('one of four is deleted', async () => (await names('crew')).length === 3);
      await kubectl('delete', 'replicaset', 'crew', '--cascade=foreground');
      assert.deepEqual(await left('crew'), [], 'in the foreground: when this returns, all are gone');
    });

    it('replication controller: its pods stay without it, and an equal one takes them over', async () => {
      await kubectl('scale', 'replicationcontroller', 'elders', '--replicas=3');
      await readyReplicas('replicationcontroller/elders', 3);
      const pods = await names('elders');
      await kubectl('delete', 'replicationcontroller', 'elders', '--cascade=orphan');
      assert.deepEqual(await names('elders'), pods);
      assert.deepEqual(await words('pods -l app=elders', '{.items[*].metadata.ownerReferences}'), []);
      await kubectl('apply', '-f', example('replicationcontroller'));
      const kept = await eventually('two', async () => {
        const now = await names('elders');
        return now.length === 2 ? now : undefined;
      });
      assert.deepEqual(
        kept.filter((name) => !pods.includes(name)),
        [],
        'none is new',
      );
    });
  });

  describe('deployments', { concurrency: false }, () => {
    it('deployment: a new version, the history with its reasons, and back', async () => {
      await settled('deployment/web');
      await kubectl('set', 'env', 'deployment/web', 'GREETING=Hi');
      await kubectl('annotate', 'deployment/web', '--overwrite', 'kubernetes.io/change-cause=Says Hi');
      await settled('deployment/web');
      const history = () => kubectl('rollout', 'history', 'deployment/web');
      assert.match(await history(), /^1 +Says Hello\n2 +Says Hi$/m);
      await eventually('only the new version answers', async () =>
        (await greetings(6)).every((text) => text === 'Hi'),
      );
      await kubectl('rollout', 'undo', 'deployment/web');
      await settled('deployment/web');
      assert.match(await history(), /^2 +Says Hi\n3 +Says Hello$/m);
      await eventually('only the first version answers', async () =>
        (await greetings(6)).every((text) => text === 'Hello'),
      );
    });

    it('canary: a second Deployment behind the Service has its share of the requests', async () => {
      await kubectl('apply', '-f', example('deployment'));
      await settled('deployment/web-canary');
      await eventually('the canary answers', async () => (await greetings(12)).includes('Ahoy'));
      const share = (await greetings(80)).filter((text) => text === 'Ahoy').length;
      // 20 on average; each limit is passed once in thousands of runs.
      assert.ok(share >= 6 && share <= 36, `${share} of 80`);
      await kubectl('delete', 'deployment', 'web-canary');
      await eventually('its pods are gone', async () => !(await greetings(12)).includes('Ahoy'));
      await eventually('what it owned is gone', async () => {
        const tracks = await words('replicasets,pods', '{.items[*].metadata.labels.track}');
        return tracks.length > 0 && !tracks.includes('canary');
      });
    });
  });

  describe('members', { concurrency: false }, () => {
    it('stateful set: one after the other, under names that stay and that DNS knows', async () => {
      await settled('statefulset/members');
      const moments = async (path: string) => {
        const times = await words('pods -l app=members', `{.items[*].${path}}`);
        return times.map((time) => Date.parse(time));
      };
      const created = await moments('metadata.creationTimestamp');
      const ready = await moments('status.conditions[?(@.type=="Ready")].lastTransitionTime');
      assert.ok(ready[0]! <= created[1]! && ready[1]! <= created[2]!, `${created}, ready at ${ready}`);
      const ask = (host: string) =>
        kubectl('exec', 'members-2', '--', 'timeout', '2', 'wget', '-qO-', `http://${host}:8080`);
      await eventually('the name', async () => (await ask('members-0.members')) === 'Hello from members-0\n');
      const lookup = ['nslookup', 'members.default.svc.cluster.local'];
      const addresses = await words('pods -l app=members', '{.items[*].status.podIP}');
      await eventually('all addresses', async () => {
        const found = await kubectl('exec', 'members-0', '--', ...lookup);
        return addresses.length === 3 && addresses.every((address) => found.includes(address));
      });
    });

    it('stateful set: a new version from the partition on, a new pod in the place of a lost one, last in first out', async () => {
      const versions = () => words('pods -l app=members', '{.items[*].spec.containers[0].env[*].value}');
      await kubectl('set', 'env', 'statefulset/members', 'GREETING=Hi');
      await settled('statefulset/members');
      await replaced('members-0');
      assert.deepEqual(await versions(), ['Hi'], 'members-2 only, also after members-0 was made anew');
      const all = { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } };
      await kubectl('patch', 'statefulset', 'members', '-p', JSON.stringify(all));
      await settled('statefulset/members');
      assert.deepEqual(await versions(), ['Hi', 'Hi', 'Hi']);
      await kubectl('scale', 'statefulset', 'members', '--replicas=1');
      await kubectl('wait', '--for=delete', 'pod/members-1', 'pod/members-2', '--timeout=60s');
      const deletions = await eventually('events', async () => {
        const told = await messages('StatefulSet', 'members', ['SuccessfulDelete']);
        return told.at(-1)?.includes('members-1') ? told : undefined;
      });
      assert.match(deletions.at(-2) ?? '', /members-2/);
    });
  });

  it('claims: a new pod of the same name has the same data, and claims outlive their stateful set', async () => {
    const starts = () => kubectl('exec', 'keeper-0', '--', 'cat', '/data/starts');
    await settled('statefulset/keeper');
    assert.equal(await starts(), 'keeper-0\n');
    await replaced('keeper-0');
    assert.equal(await starts(), 'keeper-0\nkeeper-0\n');
    await kubectl('delete', 'statefulset', 'keeper');
    assert.equal(await field('pvc -l app=keeper', '{.items[*].status.phase}'), 'Bound Bound');
  });

  it('snapshots: a new volume has what another one had', async () => {
    await kubectl('wait', '--for=condition=Ready', 'pod/diary', '--timeout=60s');
    await kubectl('apply', '-f', example('snapshots/restore.yaml'));
    const ready = '--for=jsonpath={.status.readyToUse}=true';
    await kubectl('wait', ready, 'volumesnapshot/diary', '--timeout=60s');
    const pages = () => kubectl('exec', 'diary-restored', '--', 'cat', '/data/pages');
    assert.equal(await eventually('what was restored', pages, 60_000), 'first\n');
  });

  it('daemon set: on every node, whatever its taints; the new pod comes before the old one goes; and back', async () => {
    const [, second = ''] = cluster.nodes;
    await kubectl('taint', 'nodes', second, 'private=yes:NoSchedule');
    await settled('daemonset/watchman');
    const nodes = async () => (await words('pods -l app=watchman', '{.items[*].spec.nodeName}')).sort();
    await kubectl('set', 'env', 'daemonset/watchman', 'VERSION=2');
    await settled('daemonset/watchman');
    await eventually('one on each', async () => `${await nodes()}` === `${[...cluster.nodes].sort()}`);
    const told = await messages('DaemonSet', 'watchman', ['SuccessfulCreate', 'SuccessfulDelete']);
    const verbs = told.map((message) => message.split(' ', 1)[0]);
    assert.deepEqual(verbs, ['Created', 'Created', 'Created', 'Deleted', 'Created', 'Deleted']);
    await kubectl('rollout', 'undo', 'daemonset/watchman');
    await settled('daemonset/watchman');
    assert.equal(await field('daemonset watchman', '{.spec.template.spec.containers[0].env[0].value}'), '1');
    assert.match(await kubectl('rollout', 'history', 'daemonset/watchman'), /\n2 .*\n3 /);
    await kubectl('taint', 'nodes', second, 'private-');
  });

  describe('jobs', { concurrency: false }, () => {
    it('job: each index has its own tries; one whose failure is final ends the others’ work not', async () => {
      await kubectl('wait', '--for=condition=failed', 'job/parts', '--timeout=60s');
      const indexes = '{.status.completedIndexes} and not {.status.failedIndexes}';
      assert.equal(await field('job parts', indexes), '0-2,4 and not 3');
      const reason = '{.status.conditions[?(@.type=="Failed")].reason}';
      assert.equal(await field('job parts', reason), 'FailedIndexes');
      const logs = await kubectl('logs', '-l', 'job-name=parts', '--tail=-1');
      assert.deepEqual(
        logs.trim().split('\n').sort(),
        ['0 after 0', '1 after 0', '1 after 1', '2 after 0', '3 after 0', '4 after 0'].map(
          (text) => `part ${text} failures`,
        ),
      );
    });

    it('job: it has succeeded when its leader has, and is deleted after its time', async () => {
      await kubectl('wait', '--for=condition=complete', 'job/led', '--timeout=60s');
      const reason = '{.status.conditions[?(@.type=="Complete")].reason}';
      assert.equal(await field('job led', `{.status.succeeded} ${reason}`), '1 SuccessPolicy');
      const phases = await words('pods -l job-name=led', '{.items[*].status.phase}');
      assert.ok(!phases.includes('Running'), `${phases}`);
      await kubectl('patch', 'job', 'led', '-p', '{"spec":{"ttlSecondsAfterFinished":1}}');
      await kubectl('wait', '--for=delete', 'job/led', '--timeout=60s');
      await eventually('its pods are gone', async () => (await left('led', 'job-name')).length === 0);
    });

    it('cron job: a run at its time, and one by hand', async () => {
      // As if nobody had looked for six minutes: the last of the runs that are due is made up for.
      const status = { status: { lastScheduleTime: rfc3339(systemClock.now() - 6 * MINUTE) } };
      await kubectl(
        'patch',
        'cronjob',
        'report',
        '--subresource=status',
        '--type=merge',
        '-p',
        JSON.stringify(status),
      );
      const owner = '{range .items[?(@.metadata.ownerReferences[0].name=="report")]}{.metadata.name}{end}';
      const run = await eventually('a run', () => field('jobs', owner));
      await kubectl('create', 'job', 'by-hand', '--from=cronjob/report');
      await kubectl('wait', '--for=condition=complete', `job/${run}`, 'job/by-hand', '--timeout=60s');
      assert.equal(await kubectl('logs', `job/${run}`), 'all is well\n');
      await eventually('the last success', () => field('cronjob report', '{.status.lastSuccessfulTime}'));
    });
  });
});
