import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { StartError } from '../containers/start-error.ts';
import { mainContainersOf, type Pod } from '../pod.ts';
import { PodResize } from '../resize/pod-resize.ts';
import { CrashBackoff } from '../sync/crash-backoff.ts';
import type { SyncPlan } from '../sync/plan.ts';
import { crashKey } from '../sync/plan-sync.ts';
import { NOW, running, viewOf } from '../view/pod-view.fake.ts';
import { MountError } from '../volumes/volume-manager.ts';
import { carryOut, PodProblem, type PodWork } from './carry-out.ts';
import type { NodePolicy, PodContainers, PodReports, PodResources } from './ports.ts';

const NOTHING: SyncPlan = {
  killPod: false,
  finished: false,
  kills: [],
  starts: [],
  resizes: [],
  heldBack: [],
};

/** Ports that note what is done through them; `extra` replaces some of it. */
function ports(extra: Partial<PodContainers & PodResources & NodePolicy> = {}) {
  const done: string[] = [];
  const note = (what: string) => async () => void done.push(what);
  const containers: PodContainers = {
    verdicts: { failed: () => undefined, started: () => true, ready: () => true },
    read: async () => viewOf(aBoundPod('p'), {}),
    probe: () => {},
    stopRestarting: () => {},
    createSandbox: async (_pod, attempt) => void done.push(`sandbox ${attempt}`),
    start: async ({ action }) => void done.push(`start ${action.container.spec.name}`),
    kill: async (kill) => void done.push(`kill ${kill.container.metadata.name}`),
    killPod: note('kill pod'),
    update: note('update'),
    retryPullAt: () => undefined,
    prune: note('prune'),
    ended: () => {},
    removeAll: note('remove all'),
    ...extra,
  };
  const resources: PodResources = {
    follow: () => {},
    prepare: async () => {
      done.push('prepare');
      return new Map();
    },
    refresh: note('refresh'),
    renewAt: () => undefined,
    resize: note('resize'),
    release: note('release'),
    remove: note('remove'),
    ...extra,
  };
  const node: NodePolicy = {
    hostIPs: ['10.77.0.1'],
    admit: () => undefined,
    readNode: async () => undefined,
    resizeVerdict: () => undefined,
    containerResources: () => ({}),
    networkProblem: () => undefined,
    ...extra,
  };
  const event = (reason: string, message: string) => void done.push(`event ${reason}: ${message}`);
  const reports: PodReports = {
    events: {
      pod: (_pod, _type, reason, message) => event(reason, message),
      container: (_pod, _container, _type, reason, message) => event(reason, message),
    },
    statuses: { withStatus: (pod) => pod, isOverwritten: () => false, set: () => {}, forget: () => {} },
  };
  return { done, all: { containers, resources, node, reports, clock: new SteppedClock(NOW) } };
}

function workOn(pod: Pod, all: ReturnType<typeof ports>['all']): PodWork {
  const { signal } = new AbortController();
  const view = viewOf(pod, { main: running });
  return { pod, view, crashes: new CrashBackoff(), problems: new Map(), signal, resize: new PodResize(all) };
}

const startOf = (pod: Pod, lastEnd?: number) =>
  mainContainersOf(pod).map((one) => ({
    container: one,
    attempt: 1,
    ...(lastEnd !== undefined && { lastEnd }),
  }));

test('kills come first, then preparation, then starts in the order of the spec', async () => {
  const { done, all } = ports();
  const pod = aBoundPod('p', { containers: [aContainer('main'), aContainer('side')] });
  const work = workOn(pod, all);
  const [main] = work.view.containers;
  const kills = [{ container: main!, why: 'liveness' as const }];
  await carryOut({ ...NOTHING, kills, starts: startOf(pod) }, work, all);
  assert.deepEqual(done, ['kill main', 'prepare', 'start main', 'start side']);
});

test('volumes that cannot be mounted are told by FailedMount, and nothing is started', async () => {
  const prepare = () => Promise.reject(new MountError('FailedMount', 'no room'));
  const { done, all } = ports({ prepare });
  const pod = aBoundPod('p');
  await assert.rejects(carryOut({ ...NOTHING, starts: startOf(pod) }, workOn(pod, all), all), PodProblem);
  assert.deepEqual(done, ['event FailedMount: no room']);
});

test('without a pod network only pods of the host’s network get a sandbox', async () => {
  const plan = { ...NOTHING, createSandbox: 0 };
  const { done, all } = ports({ networkProblem: () => 'no CNI' });
  const bare = (pod: Pod): PodWork => ({ ...workOn(pod, all), view: viewOf(pod, {}, 'none') });
  await assert.rejects(carryOut(plan, bare(aBoundPod('p')), all), PodProblem);
  await carryOut(plan, bare(aBoundPod('p', { hostNetwork: true })), all);
  assert.deepEqual(done, [
    'prepare',
    'event NetworkNotReady: network is not ready: no CNI',
    'prepare',
    'sandbox 0',
  ]);
});

test('a container that cannot be started is a waiting reason, and the others are started', async () => {
  const start: PodContainers['start'] = async ({ action }) => {
    if (action.container.spec.name === 'main') throw new StartError('RunContainerError', 'no such file');
  };
  const { all } = ports({ start });
  const pod = aBoundPod('p', { containers: [aContainer('main'), aContainer('side')] }, { uid: 'u' });
  const work = workOn(pod, all);
  work.problems.set('side', { reason: 'ImagePullBackOff', message: '' });
  await carryOut({ ...NOTHING, starts: startOf(pod, NOW) }, work, all);
  assert.deepEqual([...work.problems], [['main', { reason: 'RunContainerError', message: 'no such file' }]]);
  const [main] = mainContainersOf(pod);
  assert.equal(work.crashes.holding(crashKey(pod, main!), NOW, NOW)?.delay, 10_000);
});
