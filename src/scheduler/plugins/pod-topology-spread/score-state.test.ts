import assert from 'node:assert/strict';
import { it } from 'node:test';
import { labelSelectorOfMap } from '../../../api/selectors/label-selector.ts';
import { podInfo } from '../../cache/pod-info.ts';
import { cacheOf } from '../../testing/cache.fake.ts';
import { aNode, aPod } from '../../testing/objects.fake.ts';
import { defaultConstraints, SYSTEM_DEFAULTS } from './constraint.ts';
import { weigh } from './score-state.ts';

it('a constraint weighs more the more domains it has: each node is a host, those without a zone are one zone', () => {
  const zone = (name: string) => ({ 'topology.kubernetes.io/zone': name });
  const labels = [zone('a'), zone('a'), zone('b'), {}, {}];
  const nodes = labels.map((of, i) => aNode(`n${i}`, of));
  const cache = cacheOf([...nodes.slice(0, 3), ...nodes.slice(3).map(withoutLabels)]);
  const constraints = defaultConstraints(SYSTEM_DEFAULTS, 'ScheduleAnyway', labelSelectorOfMap({ app: 'x' }));
  const { weighed } = weigh(constraints, false, podInfo(aPod()), cache.list(), cache);
  assert.deepEqual(
    weighed.map(({ constraint, weight }) => [constraint.topologyKey, weight]),
    [
      ['kubernetes.io/hostname', Math.log(5 + 2)],
      ['topology.kubernetes.io/zone', Math.log(3 + 2)],
    ],
  );
});

function withoutLabels<T extends { metadata: { labels?: Record<string, string> } }>(node: T): T {
  const { labels: _, ...metadata } = node.metadata;
  return { ...node, metadata };
}
