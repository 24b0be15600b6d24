import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aBoundPod, aContainer, aPod } from '../../sim/objects/pod.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../kinds/core/v1/pod-status.ts';
import { podProblems } from './pod-problems.ts';

const status = (name: string, more: Partial<ContainerStatus>): ContainerStatus => ({
  ...{ name, image: 'i', imageID: '', ready: false, restartCount: 0, ...more },
});
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number, more: object = {}) => ({ terminated: { exitCode, ...more } });

const withStatus = (pod: Pod, more: Pod['status']): Pod => ({
  ...pod,
  status: { phase: 'Pending', ...more },
});
const main = (more: Partial<ContainerStatus>, pod = aBoundPod('p')) =>
  podProblems(withStatus(pod, { containerStatuses: [status('main', more)] }));

const problem = (where: string, reason: string, message: string) => [{ where, reason, message }];

describe('what is wrong with a pod that has a node', () => {
  it('is nothing while it has none, and nothing when all is well', () => {
    assert.deepEqual(podProblems(aPod('p')), []);
    assert.deepEqual(main({ ready: true, state: running }), []);
  });

  it('is that its node has not reported it', () => {
    const found = podProblems(withStatus(aBoundPod('p'), {}));
    assert.deepEqual(found, problem('pod', 'Pending', 'node node1 has not reported it yet'));
  });

  it('is what a container waits for, with its last end', () => {
    assert.deepEqual(
      main({
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "c" not found' } },
      }),
      problem('container main', 'CreateContainerConfigError', 'configmap "c" not found'),
    );
    const crash = {
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
      restartCount: 2,
    };
    assert.deepEqual(
      main({ ...crash, lastState: ended(137, { reason: 'OOMKilled' }) }),
      problem(
        'container main',
        'CrashLoopBackOff',
        'back-off 10s; 2 restarts; the last run ended with exit code 137, OOMKilled',
      ),
    );
  });

  it('is the probe that has not succeeded', () => {
    assert.deepEqual(
      main({ state: running }),
      problem('container main', 'NotReady', 'runs, but its readiness probe has not succeeded'),
    );
    const startupProbe = { exec: { command: ['true'] } };
    const pod = aBoundPod('p', { containers: [aContainer('main', { startupProbe })] });
    assert.deepEqual(
      main({ state: running, started: false }, pod),
      problem('container main', 'NotStarted', 'runs, but its startup probe has not succeeded'),
    );
  });

  it('is the init container at which it stands, and no container behind it', () => {
    const pod = aBoundPod('p', {
      initContainers: [aContainer('one'), aContainer('two'), aContainer('three')],
    });
    const at = (state: ContainerStatus['state']) =>
      podProblems(
        withStatus(pod, {
          initContainerStatuses: [
            status('one', { state: ended(0) }),
            status('two', { ...(state && { state }) }),
            status('three', { state: { waiting: { reason: 'PodInitializing' } } }),
          ],
          containerStatuses: [status('main', { state: { waiting: { reason: 'PodInitializing' } } })],
        }),
      );
    assert.deepEqual(
      at(running),
      problem('init container two', 'PodInitializing', 'runs; the others wait until it has ended'),
    );
    assert.deepEqual(
      at(ended(1, { reason: 'Error' })),
      problem('init container two', 'Error', 'ended with exit code 1'),
    );
  });

  it('is what is said of the pod as a whole, and which container failed', () => {
    const found = podProblems(
      withStatus(aBoundPod('p'), {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        containerStatuses: [status('main', { state: ended(3, { reason: 'Error' }) })],
      }),
    );
    assert.deepEqual(found, [
      ...problem('pod', 'Evicted', 'The node was low on resource: memory.'),
      ...problem('container main', 'Error', 'ended with exit code 3'),
    ]);
  });

  it('is what keeps it from being gone', () => {
    const deletionTimestamp = '2026-01-01T00:00:30Z';
    const at = (finalizers?: string[]) => {
      const pod = aBoundPod('p', {}, { deletionTimestamp, ...(finalizers && { finalizers }) });
      return podProblems(withStatus(pod, { containerStatuses: [status('main', { state: running })] }));
    };
    assert.match(at()[0]?.message ?? '', /have until 2026-01-01T00:00:30Z to end/);
    assert.match(at(['a/b'])[0]?.message ?? '', /once its finalizers are gone: a\/b/);
  });

  it('is a readiness gate whose condition is not true', () => {
    const pod = aBoundPod('p', { readinessGates: [{ conditionType: 'lb' }] });
    assert.deepEqual(
      main({ ready: true, state: running }, pod),
      problem('pod', 'ReadinessGate', 'waits for the condition lb'),
    );
  });
});
