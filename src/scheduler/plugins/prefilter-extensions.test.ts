import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { podInfo } from '../cache/pod-info.ts';
import type { SchedulerCache } from '../cache/scheduler-cache.ts';
import { CycleState, type StateKey } from '../framework/cycle-state.ts';
import type { PreFilterPlugin } from '../framework/plugin.ts';
import { cacheOf, place } from '../testing/cache.fake.ts';
import { aNode, aPod, type PodSpec } from '../testing/objects.fake.ts';
import { filterKey as affinityKey } from './inter-pod-affinity/filter-state.ts';
import { interPodAffinity } from './inter-pod-affinity/inter-pod-affinity.ts';
import { filterKey as spreadKey } from './pod-topology-spread/filter-state.ts';
import { podTopologySpread } from './pod-topology-spread/pod-topology-spread.ts';

const KEYS = ['kubernetes.io/hostname', 'zone', 'rack'];
const APPS = ['a', 'b', 'c'];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.float() * from.length)]!;
const chance = (random: Random, share: number) => random.float() < share;

const term = (random: Random) => ({
  topologyKey: pick(random, KEYS),
  labelSelector: { matchLabels: { app: pick(random, APPS) } },
});

function randomPod(random: Random, constrained: number): Pod {
  const required = () => ({ requiredDuringSchedulingIgnoredDuringExecution: [term(random)] });
  const spec: Partial<PodSpec> = {
    affinity: {
      ...(chance(random, constrained) && { podAffinity: required() }),
      ...(chance(random, constrained) && { podAntiAffinity: required() }),
    },
    ...(chance(random, constrained) && {
      topologySpreadConstraints: [term(random), term(random)].map((t) => ({
        ...t,
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule' as const,
      })),
    }),
  };
  const pod = aPod(spec, { app: pick(random, APPS) });
  if (chance(random, 0.1)) pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  return pod;
}

function randomCache(random: Random): SchedulerCache {
  const nodes = Array.from({ length: 6 }, (_, i) =>
    aNode(`n${i}`, {
      ...(chance(random, 0.8) && { zone: pick(random, ['x', 'y']) }),
      ...(chance(random, 0.8) && { rack: pick(random, ['1', '2', '3']) }),
    }),
  );
  const cache = cacheOf(nodes);
  for (let i = 0; i < 12; i++) place(cache, randomPod(random, 0.3), pick(random, nodes).metadata.name!);
  return cache;
}

/** PreFilter's state; undefined when the plugin skips the pod. */
function freshState(plugin: PreFilterPlugin, pod: Pod): CycleState | undefined {
  const state = new CycleState();
  return plugin.preFilter(state, podInfo(pod)).status.code === 'Skip' ? undefined : state;
}

/** Whose the counts are makes no difference. */
const counts = <T>(state: CycleState, key: StateKey<T>): unknown =>
  sorted(JSON.parse(JSON.stringify(state.read(key), (name, value) => (name === 'isShared' ? true : value))));

/** With the keys of all objects in order, so that the order of counting does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function check<T>(make: (cache: SchedulerCache) => PreFilterPlugin, key: StateKey<T>): number {
  let compared = 0;
  for (let seed = 0; seed < 300; seed++) {
    const random = seededRandom(seed);
    const cache = randomCache(random);
    const plugin = make(cache);
    const incoming = randomPod(random, 0.8);
    const other = randomPod(random, 0.5);
    const node = pick(random, cache.list());
    const before = freshState(plugin, incoming);
    if (!before) continue;
    const original = counts(before, key);
    const updated = before.clone();
    plugin.preFilterExtensions!.addPod(updated, podInfo(incoming), podInfo(other), node);
    const withOther = counts(updated, key);
    assert.deepEqual(counts(before, key), original, 'the original of the clone is as it was');
    plugin.preFilterExtensions!.removePod(updated, podInfo(incoming), podInfo(other), node);
    assert.deepEqual(counts(updated, key), original, `RemovePod, seed ${seed}`);
    // A state holds until the cache changes.
    place(cache, other, node.name);
    assert.deepEqual(withOther, counts(freshState(plugin, incoming)!, key), `AddPod, seed ${seed}`);
    compared++;
  }
  return compared;
}

it('InterPodAffinity: AddPod and RemovePod lead to the state that PreFilter works out afresh', () => {
  assert.ok(check((cache) => interPodAffinity(cache, () => ({})), affinityKey) > 100);
});

it('PodTopologySpread: AddPod and RemovePod lead to the state that PreFilter works out afresh', () => {
  assert.ok(check((cache) => podTopologySpread(cache, () => undefined), spreadKey) > 100);
});
