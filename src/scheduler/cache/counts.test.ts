// Counts that the cache keeps by increments equal those of a cache that is filled afresh, whatever has happened before.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { place } from '../testing/cache.fake.ts';
import { aNode, aPod, type PodSpec } from '../testing/objects.fake.ts';
import { TERM_KINDS } from './placed-terms.ts';
import { SchedulerCache } from './scheduler-cache.ts';
import type { TallySpec } from './tallies.ts';

const term = (app: string, topologyKey: string) => ({
  ...{ topologyKey, labelSelector: { matchLabels: { app } } },
});
const required = (app: string, key: string) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [term(app, key)],
});
const podSpecs: readonly Partial<PodSpec>[] = [
  {},
  { affinity: { podAntiAffinity: required('a', 'zone') } },
  {
    affinity: {
      podAffinity: required('b', 'kubernetes.io/hostname'),
      podAntiAffinity: required('a', 'zone'),
    },
  },
];
const nodeKinds: readonly ((name: string) => Node)[] = [
  (name) => aNode(name),
  (name) => aNode(name, { zone: 'x' }),
  (name) => aNode(name, { zone: 'y' }),
  (name) => aNode(name, { zone: 'y' }, { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
];
const specs: readonly TallySpec[] = ['a', 'b'].flatMap((app) =>
  ['zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    key: `${app} ${topologyKey}`,
    counts: ({ labels, isTerminating }) => labels.app === app && !isTerminating,
    domainOf: (node) => (node.node?.spec?.taints?.length ? undefined : node.label(topologyKey)),
  })),
);

const step = fc.oneof(
  fc.record({
    do: fc.constant('pod' as const),
    pod: fc.nat(7),
    kind: fc.nat(2),
    node: fc.nat(4),
    ends: fc.boolean(),
  }),
  fc.record({ do: fc.constant('pod gone' as const), pod: fc.nat(7) }),
  fc.record({ do: fc.constant('node' as const), node: fc.nat(4), kind: fc.nat(3) }),
  fc.record({ do: fc.constant('node gone' as const), node: fc.nat(4) }),
  fc.record({ do: fc.constant('ask' as const), spec: fc.nat(specs.length - 1) }),
);

function countsOf(cache: SchedulerCache): unknown {
  const sorted = (entries: Iterable<readonly [string, number]>) =>
    [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const tallies = specs.map((spec) => {
    const tally = cache.tally(spec);
    return [spec.key, sorted(tally.entries()), tally.total, tally.smallest(1), tally.smallest(3)];
  });
  const terms = TERM_KINDS.map((kind) =>
    sorted(
      [...cache.placedTerms(kind)].flatMap(({ term: { key }, domains }) => [
        [`${key} total`, domains.total] as const,
        ...[...domains.entries()].map(([domain, pods]) => [`${key} ${domain}`, pods] as const),
      ]),
    ),
  );
  return { tallies, terms };
}

it('counts that are kept equal fresh ones after any changes of pods and nodes', () => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const cache = new SchedulerCache();
    const nodes = new Map<string, Node>();
    const pods = new Map<string, [Pod, string]>();
    for (const one of steps) {
      const name = `n${'node' in one ? one.node : 0}`;
      if (one.do === 'pod') {
        const pod = aPod(podSpecs[one.kind], { app: one.pod % 2 ? 'a' : 'b' });
        Object.assign(pod.metadata, {
          ...{ name: `p${one.pod}`, uid: `p${one.pod}` },
          ...(one.ends && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
        });
        place(cache, pod, name);
        pods.set(`p${one.pod}`, [pod, name]);
      } else if (one.do === 'pod gone') {
        cache.removePod(`p${one.pod}`);
        pods.delete(`p${one.pod}`);
      } else if (one.do === 'node') {
        nodes.set(name, nodeKinds[one.kind]!(name));
        cache.setNode(nodes.get(name)!);
      } else if (one.do === 'node gone') {
        nodes.delete(name);
        cache.removeNode(name);
      } else cache.tally(specs[one.spec]!);
    }
    const fresh = new SchedulerCache();
    for (const node of nodes.values()) fresh.setNode(node);
    for (const [pod, node] of pods.values()) place(fresh, pod, node);
    assert.deepEqual(countsOf(cache), countsOf(fresh));
  });
  fc.assert(property, { numRuns: 500, seed: 1 });
});
