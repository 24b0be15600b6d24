import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import type { Pod } from '../pod.ts';
import { exited, NOW, running, type Shown, viewOf } from '../view/pod-view.fake.ts';
import type { Problem } from './container-status.ts';
import { podStatus } from './pod-status.ts';

type Spec = Partial<NonNullable<Pod['spec']>>;

function statusOf(
  spec: Spec,
  shown: Record<string, Shown | Shown[]>,
  extra: {
    ended?: boolean;
    problems?: Record<string, Problem>;
    ready?: boolean;
    started?: boolean;
    sandbox?: 'ready' | 'notReady' | 'none';
    status?: Pod['status'];
  } = {},
) {
  const pod: Pod = { ...aBoundPod('p', spec, { uid: 'u', generation: 3 }), status: extra.status };
  return podStatus({
    pod,
    view: viewOf(pod, shown, extra.sandbox),
    now: NOW,
    hostIPs: ['192.0.2.1'],
    problems: new Map(Object.entries(extra.problems ?? {})),
    probes: { started: () => extra.started ?? true, ready: () => extra.ready ?? true },
    ended: extra.ended ?? false,
  });
}

const two = { containers: [aContainer('a'), aContainer('b')] };
const never: Spec = { restartPolicy: 'Never' };
const init: Spec = { initContainers: [aContainer('i')] };
const sidecar: Spec = { initContainers: [aContainer('s', { restartPolicy: 'Always' })] };

const phases: [title: string, phase: string, spec: Spec, shown: Record<string, Shown>, ended?: boolean][] = [
  ['nothing has been made', 'Pending', {}, {}],
  ['one of two containers runs', 'Pending', two, { a: running }],
  ['all run', 'Running', two, { a: running, b: running }],
  ['one has ended and one runs', 'Running', { ...two, ...never }, { a: exited(1), b: running }],
  ['one that will be restarted has ended', 'Running', {}, { main: exited(1) }],
  ['all have succeeded', 'Succeeded', { ...two, ...never }, { a: exited(0), b: exited(0) }],
  ['one has failed for good', 'Failed', { ...two, ...never }, { a: exited(0), b: exited(1) }],
  ['a deleted pod ended well', 'Succeeded', {}, { main: exited(0) }, true],
  ['a deleted pod never ran', 'Failed', {}, {}, true],
  ['a deleted pod was killed', 'Failed', {}, { main: exited(137) }, true],
  ['an init container runs', 'Pending', init, { i: running }],
  ['an init container failed and will be tried again', 'Pending', init, { i: exited(1) }],
  ['an init container failed for good', 'Failed', { ...init, ...never }, { i: exited(1) }],
  [
    'the sidecar runs on after the main container',
    'Running',
    { ...sidecar, ...never },
    { s: running, main: exited(0) },
  ],
  [
    'the sidecar has ended after the main container',
    'Succeeded',
    { ...sidecar, ...never },
    { s: exited(137), main: exited(0) },
    true,
  ],
];

for (const [title, phase, spec, shown, ended] of phases) {
  test(`the phase is ${phase} when ${title}`, () => {
    assert.equal(statusOf(spec, shown, { ended }).phase, phase);
  });
}

const conditionOf = (status: ReturnType<typeof statusOf>, type: string) => {
  const found = status.conditions?.find((c) => c.type === type);
  return [found?.status, found?.reason, found?.message].filter(Boolean).join(' ');
};

test('conditions name the containers that are not ready', () => {
  const waiting = statusOf({ ...init, ...two }, {}, { sandbox: 'none' });
  assert.equal(conditionOf(waiting, 'PodReadyToStartContainers'), 'False');
  assert.equal(
    conditionOf(waiting, 'Initialized'),
    'False ContainersNotInitialized containers with incomplete status: [i]',
  );
  assert.equal(
    conditionOf(waiting, 'Ready'),
    'False ContainersNotReady containers with unready status: [a b]',
  );
  assert.equal(waiting.containerStatuses?.[0]?.state?.waiting?.reason, 'PodInitializing');
  const up = statusOf(two, { a: running, b: running });
  assert.deepEqual(
    ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((t) => conditionOf(up, t)),
    Array(4).fill('True'),
  );
  assert.ok(up.conditions?.every((c) => c.observedGeneration === 3));
});

test('a finished pod is not ready because it is completed', () => {
  const done = statusOf(never, { main: exited(0) }, { ended: true });
  assert.equal(conditionOf(done, 'Ready'), 'False PodCompleted');
  assert.equal(conditionOf(done, 'Initialized'), 'True PodCompleted');
});

test('readiness gates keep a pod unready until their conditions are set', () => {
  const gates = { readinessGates: [{ conditionType: 'example.com/up' }] };
  const before = statusOf(gates, { main: running });
  assert.equal(
    conditionOf(before, 'Ready'),
    'False ReadinessGatesNotReady corresponding condition of pod readiness gate "example.com/up" does not exist.',
  );
  assert.equal(conditionOf(before, 'ContainersReady'), 'True');
  const status = { conditions: [{ type: 'example.com/up', status: 'True' }] };
  const after = statusOf(gates, { main: running }, { status });
  assert.equal(conditionOf(after, 'Ready'), 'True');
  assert.equal(conditionOf(after, 'example.com/up'), 'True');
});

test('the time of the last transition stays while the status of a condition stays', () => {
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2020-01-01T00:00:00Z' }];
  const kept = statusOf({}, { main: running }, { status: { conditions } });
  assert.equal(kept.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime, '2020-01-01T00:00:00Z');
  const changed = statusOf({}, { main: running }, { status: { conditions }, ready: false });
  assert.equal(
    changed.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime,
    '2026-01-01T00:00:00Z',
  );
});

test('a container that waits to be restarted shows why, and how it ended before', () => {
  const problems = { main: { reason: 'CrashLoopBackOff', message: 'back-off' } };
  const [status] = statusOf({}, { main: exited(3, { attempt: 2 }) }, { problems }).containerStatuses ?? [];
  assert.equal(status?.state?.waiting?.reason, 'CrashLoopBackOff');
  assert.equal(status?.lastState?.terminated?.exitCode, 3);
  assert.equal(status?.restartCount, 2);
  assert.equal(status?.containerID, 'containerd://main-2');
});

test('the end before the present instance is its last state', () => {
  const shown = { main: [{ ...running, attempt: 1 }, exited(7)] };
  const [status] = statusOf({}, shown).containerStatuses ?? [];
  assert.ok(status?.state?.running);
  assert.equal(status?.lastState?.terminated?.exitCode, 7);
});

test('a container that ran and cannot be found any more is reported as such', () => {
  const old = { name: 'main', image: 'x', imageID: '', ready: true, restartCount: 0, state: { running: {} } };
  const [status] =
    statusOf({}, {}, { ended: true, status: { containerStatuses: [old] } }).containerStatuses ?? [];
  assert.equal(status?.state?.terminated?.reason, 'ContainerStatusUnknown');
  assert.equal(status?.state?.terminated?.exitCode, 137);
});

test('addresses are kept when the sandbox is gone, and are the host’s on the host’s network', () => {
  const status = { podIPs: [{ ip: '10.0.0.9' }] };
  assert.equal(statusOf({}, {}, { sandbox: 'none', status }).podIP, '10.0.0.9');
  assert.equal(statusOf({ hostNetwork: true }, {}).podIP, '192.0.2.1');
});
