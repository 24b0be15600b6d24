import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import type { Pod } from '../pod.ts';
import { exited, inShort, NOW, running, type Shown, viewOf } from '../view/pod-view.fake.ts';
import { CrashBackoff } from './crash-backoff.ts';
import { crashKey, planSync, type SyncInput } from './plan-sync.ts';

type Spec = Partial<NonNullable<Pod['spec']>>;
type Case = {
  title: string;
  spec?: Spec;
  shown?: Record<string, Shown | Shown[]>;
  sandbox?: 'ready' | 'notReady' | 'none';
  failed?: Record<string, 'liveness' | 'startup'>;
  unstarted?: string[];
  expected: string[];
};

const two = { containers: [aContainer('a'), aContainer('b')] };
const init = (name: string) => aContainer(name);
const sidecar = (name: string) => aContainer(name, { restartPolicy: 'Always' });
const never: Spec = { restartPolicy: 'Never' };
const onFailure: Spec = { restartPolicy: 'OnFailure' };

const cases: Case[] = [
  { title: 'a new pod gets a sandbox', sandbox: 'none', expected: ['sandbox 0'] },
  { title: 'in a fresh sandbox all containers start', spec: two, expected: ['start a#0', 'start b#0'] },
  { title: 'what runs is left alone', shown: { main: running }, expected: [] },
  { title: 'Always restarts after success', shown: { main: exited(0) }, expected: ['start main#1'] },
  {
    title: 'OnFailure restarts after failure',
    spec: onFailure,
    shown: { main: exited(1) },
    expected: ['start main#1'],
  },
  {
    title: 'OnFailure ends after success',
    spec: onFailure,
    shown: { main: exited(0) },
    expected: ['kill pod', 'finished'],
  },
  {
    title: 'Never ends after failure',
    spec: never,
    shown: { main: exited(1) },
    expected: ['kill pod', 'finished'],
  },
  {
    title: 'a pod goes on while one container runs',
    spec: { ...two, ...never },
    shown: { a: exited(0), b: running },
    expected: [],
  },
  {
    title: 'the restart count is that of the newest instance plus one',
    shown: { main: [exited(1, { attempt: 4 }), exited(1, { attempt: 3 })] },
    expected: ['start main#5'],
  },
  {
    title: 'a dead sandbox is replaced and everything in it killed first',
    shown: { main: running },
    sandbox: 'notReady',
    expected: ['kill pod', 'sandbox 1'],
  },
  {
    title: 'a dead sandbox of a pod that never restarts ends the pod',
    spec: never,
    shown: { main: exited(137) },
    sandbox: 'notReady',
    expected: ['finished'],
  },
  {
    title: 'a dead sandbox is not replaced for containers that have succeeded',
    spec: onFailure,
    shown: { main: exited(0) },
    sandbox: 'notReady',
    expected: ['finished'],
  },
  {
    title: 'a changed image replaces the container, whatever the restart policy',
    spec: never,
    shown: { main: { ...running, image: 'busybox:0' } },
    expected: ['kill main', 'start main#1'],
  },
  {
    title: 'a failed liveness probe restarts the container',
    shown: { main: running },
    failed: { 'main-0': 'liveness' },
    expected: ['kill main', 'start main#1'],
  },
  {
    title: 'a failed liveness probe only kills where nothing is restarted',
    spec: { ...two, ...never },
    shown: { a: running, b: running },
    failed: { 'a-0': 'liveness' },
    expected: ['kill a'],
  },
  {
    title: 'a container that was made but never started is started',
    shown: { main: { state: 'created' } },
    expected: ['start main#1'],
  },
  {
    title: 'init containers come first',
    spec: { initContainers: [init('i'), init('j')] },
    expected: ['start i#0'],
  },
  {
    title: 'the next init container starts after the one before has succeeded',
    spec: { initContainers: [init('i'), init('j')] },
    shown: { i: exited(0) },
    expected: ['start j#0'],
  },
  {
    title: 'a failed init container is tried again under Always',
    spec: { initContainers: [init('i')] },
    shown: { i: exited(1) },
    expected: ['start i#1'],
  },
  {
    title: 'a failed init container ends a pod that never restarts',
    spec: { ...never, initContainers: [init('i')] },
    shown: { i: exited(1) },
    expected: ['kill pod', 'finished'],
  },
  {
    title: 'main containers start when all init containers have succeeded',
    spec: { initContainers: [init('i')] },
    shown: { i: exited(0) },
    expected: ['start main#0'],
  },
  {
    title:
      'a pod that has been initialized is not initialized again when the runtime forgets an init container',
    spec: { initContainers: [init('i')] },
    shown: { main: running },
    expected: [],
  },
  {
    title: 'a sidecar starts in its turn and holds up the next until it has started',
    spec: { initContainers: [sidecar('s'), init('i')] },
    shown: { s: running },
    unstarted: ['s-0'],
    expected: [],
  },
  {
    title: 'after a started sidecar the next init container goes on',
    spec: { initContainers: [sidecar('s'), init('i')] },
    shown: { s: running },
    expected: ['start i#0'],
  },
  {
    title: 'a sidecar that ends is restarted while main containers run',
    spec: { ...never, initContainers: [sidecar('s')] },
    shown: { s: exited(0), main: running },
    expected: ['start s#1'],
  },
  {
    title: 'when main containers have ended the sidecars go as well',
    spec: { ...never, initContainers: [sidecar('s')] },
    shown: { s: running, main: exited(0) },
    expected: ['kill pod', 'finished'],
  },
  {
    title: 'an ephemeral container starts beside the others',
    spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] },
    shown: { main: running },
    expected: ['start debug#0'],
  },
  {
    title: 'an ephemeral container is never restarted',
    spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox:1' }] },
    shown: { main: running, debug: exited(1) },
    expected: [],
  },
  {
    title: 'a rule restarts after the exit code it names, against the policy',
    spec: {
      ...never,
      containers: [
        aContainer('main', {
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    },
    shown: { main: exited(42) },
    expected: ['start main#1'],
  },
];

for (const { title, spec = {}, shown = {}, sandbox, failed = {}, unstarted = [], expected } of cases) {
  test(title, () => {
    const pod = aBoundPod('p', spec, { uid: 'u' });
    const input: SyncInput = {
      pod,
      view: viewOf(pod, shown, sandbox),
      now: NOW,
      health: { failed: (id) => failed[id], started: (id) => !unstarted.includes(id) },
      crashes: new CrashBackoff(),
      resources: () => undefined,
    };
    assert.deepEqual(inShort(planSync(input)), expected);
  });
}

test('restarts wait 10 s, then 20 s, up to 300 s, and start afresh after ten quiet minutes', () => {
  const pod = aBoundPod('p', {}, { uid: 'u' });
  const crashes = new CrashBackoff();
  const key = crashKey(pod, { kind: 'main', spec: pod.spec!.containers[0]! });
  const hold = (endedAgo: number) =>
    planSync({
      pod,
      view: viewOf(pod, { main: exited(1, { endedAgo }) }),
      now: NOW,
      health: { failed: () => undefined, started: () => true },
      crashes,
      resources: () => undefined,
    }).heldBack[0]?.delay;
  assert.equal(hold(0), undefined);
  for (const delay of [10, 20, 40, 80, 160, 300, 300]) {
    crashes.next(key, NOW, NOW);
    assert.equal(hold(0), delay * 1000);
  }
  assert.equal(hold(300_000), undefined);
  assert.equal(crashes.holding(key, NOW + 601_000, NOW + 601_000), undefined);
  crashes.next(key, NOW + 601_000, NOW + 601_000);
  assert.equal(crashes.holding(key, NOW + 601_000, NOW + 601_000)?.delay, 10_000);
});

test('a container whose resources differ from the spec is resized, or restarted when its policy says so', () => {
  const plan = (resizePolicy?: { resourceName: string; restartPolicy: string }[]) => {
    const pod = aBoundPod('p', { containers: [aContainer('main', { resizePolicy })] }, { uid: 'u' });
    const view = viewOf(pod, { main: running });
    const [main] = view.containers;
    return inShort(
      planSync({
        pod,
        view: { ...view, containers: [{ ...main!, resources: { cpuShares: 102 } }] },
        now: NOW,
        health: { failed: () => undefined, started: () => true },
        crashes: new CrashBackoff(),
        resources: () => ({ cpuShares: 204, oomScoreAdj: 5 }),
      }),
    );
  };
  assert.deepEqual(plan(), ['resize main']);
  assert.deepEqual(plan([{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }]), [
    'kill main',
    'start main#1',
  ]);
  assert.deepEqual(plan([{ resourceName: 'memory', restartPolicy: 'RestartContainer' }]), ['resize main']);
});
