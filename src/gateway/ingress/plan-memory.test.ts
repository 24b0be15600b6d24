import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PlanMemory } from './plan-memory.ts';
import { anIngress, aSecret, aWorld } from './world.fake.ts';
import type { Problem, World } from './world.ts';

const annotations = { 'auth-type': 'basic', 'auth-secret': 'users' };
const ingress = anIngress('i', 'h.test', [['/', 'Prefix', 'a']], { annotations });

/** A world whose look-ups find the same objects each time. */
function lasting(): World {
  const made = aWorld([ingress]);
  const [service, slices] = [made.service('ns', 'a'), made.slices('ns', 'a')];
  return { ...made, service: () => service, slices: () => [...slices] };
}

it('a plan is made again when a Service, an endpoint, a Secret or the Ingress changes, and not otherwise', () => {
  const memory = new PlanMemory();
  const plan = (world: World) => memory.plan(ingress, world, []);
  const world = lasting();
  const first = plan(world);
  assert.equal(plan(world), first);
  const [slice] = world.slices('ns', 'a');
  const users = aSecret('users', { auth: 'x' });
  const changes: readonly Partial<World>[] = [
    { service: () => ({ ...world.service('ns', 'a')! }) },
    { slices: () => [{ ...slice!, endpoints: [] }] },
    { slices: () => [slice!, slice!] },
    { secret: () => users },
  ];
  for (const change of changes) {
    plan(world);
    const changed = { ...world, ...change };
    const next = plan(changed);
    assert.notEqual(next, first, Object.keys(change).join());
  }
  assert.notEqual(memory.plan({ ...ingress }, world, []), first);
});

it('problems are told again with a plan that is remembered', () => {
  const memory = new PlanMemory();
  const world = lasting();
  const told = [0, 1].map(() => {
    const problems: Problem[] = [];
    memory.plan(ingress, world, problems);
    return problems.map(({ reason }) => reason);
  });
  assert.deepEqual(told, [['Rejected'], ['Rejected']]);
});
