import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  autoscalerOf,
  type ControllerManagerFlags,
  chosenControllers,
  nodeLifecycleOf,
} from './controller-manager.ts';

const known = ['deployment-controller', 'job-controller', 'node-ipam-controller'];

it('reads --controllers as kube-controller-manager does', () => {
  assert.deepEqual(chosenControllers(['*'], known), known);
  assert.deepEqual(chosenControllers(['*', '-job-controller'], known), [known[0], known[2]]);
  assert.deepEqual(chosenControllers(['job-controller'], known), ['job-controller']);
  assert.throws(() => chosenControllers(['-nobody'], known), /there is no controller nobody/);
});

it('gives the autoscaler what its flags say, and nothing else', () => {
  const flags = (given: object) => given as ControllerManagerFlags;
  assert.deepEqual(autoscalerOf(flags({})), {});
  assert.deepEqual(
    autoscalerOf(flags({ horizontalPodAutoscalerSyncPeriod: 5000, horizontalPodAutoscalerTolerance: 0 })),
    { syncMs: 5000, tolerance: 0 },
  );
});

it('gives the node lifecycle what its flags say, and nothing else', () => {
  const flags = { nodeEvictionRate: 0, unhealthyZoneThreshold: 0.7 };
  assert.deepEqual(nodeLifecycleOf(flags as ControllerManagerFlags), {
    evictionRate: 0,
    unhealthyZoneThreshold: 0.7,
  });
});
