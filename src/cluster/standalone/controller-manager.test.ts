import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chosenControllers } from './controller-manager.ts';

const known = ['deployment-controller', 'job-controller', 'node-ipam-controller'];

it('reads --controllers as kube-controller-manager does', () => {
  assert.deepEqual(chosenControllers(['*'], known), known);
  assert.deepEqual(chosenControllers(['*', '-job-controller'], known), [known[0], known[2]]);
  assert.deepEqual(chosenControllers(['job-controller'], known), ['job-controller']);
  assert.throws(() => chosenControllers(['-nobody'], known), /there is no controller nobody/);
});
