import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import { mergePatchOf } from '../../../api/patch/diff/merge-diff.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import { restorable } from './apply.ts';
import { chosenPorts } from './forwards.ts';
import { formerOwners } from './owners.ts';
import { portWish } from './ports.ts';
import { rolloutProgress } from './progress.ts';
import type { PodObject } from './rollout.ts';

const workload = (image: string, status: object, replicas = 1): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', generation: 2 },
  spec: {
    replicas,
    template: { spec: { containers: [{ name: 'c', image, ports: [{ containerPort: 80 }] }] } },
  },
  status,
});

const pod = (image: string, ready: boolean, container: Partial<ContainerStatus> = {}): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${image}`, namespace: 'default' },
  spec: { nodeName: 'n', containers: [{ name: 'c', image }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [
      { name: 'c', image, imageID: '', ready, restartCount: 0, state: { running: {} }, ...container },
    ],
  },
});

describe('the progress of a rollout', () => {
  it('is done when all pods of the new template are there and none of the old', () => {
    const whole = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    assert.deepEqual(rolloutProgress(workload('b', whole), [pod('a', true), pod('b', true)]), {
      ...{ done: true, ready: 1, wanted: 1, problems: [] },
    });
    assert.ok(!rolloutProgress(workload('b', { ...whole, observedGeneration: 1 }), []).done);
    assert.ok(!rolloutProgress(workload('b', { ...whole, replicas: 2 }), []).done);
  });

  it('tells what keeps new pods from running, and nothing of the old ones', () => {
    const waiting = {
      state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
      restartCount: 2,
    };
    const broken = (image: string) => pod(image, false, waiting as Partial<ContainerStatus>);
    const { problems, done } = rolloutProgress(workload('b', {}), [broken('a'), broken('b')]);
    assert.ok(!done);
    assert.deepEqual(
      problems.map(({ pod, container, reason, ran }) => ({ pod, container, reason, ran })),
      [{ pod: 'web-b', container: 'c', reason: 'CrashLoopBackOff', ran: true }],
    );
    assert.match(problems[0]!.message, /2 restarts; the last run ended with exit code 3/);
  });
});

describe('ports', () => {
  it('are those that containers declare, or those that are asked for', () => {
    const objects = [workload('a', {})];
    assert.deepEqual(chosenPorts(undefined, objects), [
      { wish: { local: 8080, remote: 80 }, workload: 'deployment/web' },
    ]);
    assert.deepEqual(chosenPorts(['9000:80'], objects), [
      { wish: { local: 9000, remote: 80 }, workload: 'deployment/web' },
    ]);
    assert.deepEqual(chosenPorts([], objects), []);
    for (const word of ['', 'x', '1:2:3', '70000', '80:0']) assert.throws(() => portWish(word), word);
  });
});

describe('what was there before', () => {
  const own = (manager: string, ...fields: string[]) => ({
    ...{ manager, operation: 'Update', apiVersion: 'v1' },
    fieldsV1: { 'f:data': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
  });
  const with_ = (managedFields: unknown[], extra: object = {}): KubeObject => ({
    ...workload('a', {}),
    metadata: { name: 'web', uid: '1', managedFields, ...extra },
  });

  it('is made again by a patch of the values that have changed', () => {
    const now = {
      ...with_([], { labels: { l: '1' } }),
      ...{ status: { replicas: 3 }, spec: { replicas: 2 } },
    };
    const patch = mergePatchOf(restorable(now), restorable(with_([])));
    assert.deepEqual(Object.keys(patch).sort(), ['metadata', 'spec']);
    assert.deepEqual(patch.metadata, { labels: null });
  });

  it('belongs to whom it belonged to, and to those who wrote meanwhile', () => {
    const before = with_([own('x', 'a', 'b')]);
    const now = with_([own('x', 'a', 'c'), own('y', 'd'), own('tiphys-dev', 'b')]);
    assert.deepEqual(formerOwners(before, now), [own('x', 'a', 'b', 'c'), own('y', 'd')]);
  });
});
