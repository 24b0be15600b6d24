import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelSelectorOfMap } from '../../../api/selectors/label-selector.ts';
import { podInfo } from '../../cache/pod-info.ts';
import { CycleState } from '../../framework/cycle-state.ts';
import { cacheOf, filterAnswers, scoresOf } from '../../testing/cache.fake.ts';
import { aNode, aPod } from '../../testing/objects.fake.ts';
import { podTopologySpread } from './pod-topology-spread.ts';

const zoned = [aNode('a1', { zone: 'a' }), aNode('a2', { zone: 'a' }), aNode('b1', { zone: 'b' })];
const app = { app: 'x' };

const spread = (extra: object = {}, labels: Record<string, string> = app) =>
  aPod(
    {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: app },
          ...extra,
        },
      ],
    },
    labels,
  );
const member = (extra: object = {}) => {
  const pod = aPod({}, app);
  return { ...pod, metadata: { ...pod.metadata, ...extra } };
};

const filter = (cache: ReturnType<typeof cacheOf>, pod: ReturnType<typeof aPod>) =>
  filterAnswers(
    podTopologySpread(cache, () => undefined),
    cache,
    pod,
  );

const skewed = "Unschedulable: node(s) didn't match pod topology spread constraints";
const unlabelled =
  "UnschedulableAndUnresolvable: node(s) didn't match pod topology spread constraints (missing required label)";

describe('DoNotSchedule', () => {
  it('keeps domains within maxSkew of the emptiest one', () => {
    const cache = cacheOf(zoned, { a1: [member()] });
    assert.deepEqual(filter(cache, spread()), { a1: skewed, a2: skewed, b1: 'Success' });
    assert.deepEqual(filter(cache, spread({ maxSkew: 2 })), { a1: 'Success', a2: 'Success', b1: 'Success' });
  });

  it('counts the pod itself only if the selector matches it', () => {
    const cache = cacheOf(zoned, { a1: [member()] });
    assert.deepEqual(filter(cache, spread({}, {})), { a1: 'Success', a2: 'Success', b1: 'Success' });
  });

  it('counts neither pods of other namespaces nor pods that are being deleted', () => {
    const cache = cacheOf(zoned, {
      a1: [member({ namespace: 'other' }), member({ deletionTimestamp: '2026-01-01T00:00:00Z' })],
    });
    assert.deepEqual(filter(cache, spread()), { a1: 'Success', a2: 'Success', b1: 'Success' });
  });

  it('refuses nodes without the label for good', () => {
    const cache = cacheOf([...zoned, aNode('lost')]);
    assert.deepEqual(filter(cache, spread()), {
      a1: 'Success',
      a2: 'Success',
      b1: 'Success',
      lost: unlabelled,
    });
  });

  it('takes the emptiest domain for empty while there are fewer than minDomains', () => {
    const cache = cacheOf(zoned, { a1: [member()], b1: [member()] });
    assert.deepEqual(filter(cache, spread({ minDomains: 3 })), { a1: skewed, a2: skewed, b1: skewed });
    assert.deepEqual(filter(cache, spread({ minDomains: 2 })), {
      a1: 'Success',
      a2: 'Success',
      b1: 'Success',
    });
  });

  it('leaves out domains that the pod cannot go to, as its node affinity and taint policies say', () => {
    const tainted = aNode('c1', { zone: 'c' }, { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    const cache = cacheOf([...zoned, tainted], { a1: [member()], b1: [member()] });
    assert.deepEqual(filter(cache, spread()), { a1: skewed, a2: skewed, b1: skewed, c1: 'Success' });
    assert.deepEqual(filter(cache, spread({ nodeTaintsPolicy: 'Honor' })), {
      a1: 'Success',
      a2: 'Success',
      b1: 'Success',
      c1: 'Success',
    });
    const onlyA = spread();
    onlyA.spec!.nodeSelector = { zone: 'a' };
    assert.deepEqual(filter(cache, onlyA), { a1: 'Success', a2: 'Success', b1: 'Success', c1: 'Success' });
    const ignoring = spread({ nodeAffinityPolicy: 'Ignore' });
    ignoring.spec!.nodeSelector = { zone: 'a' };
    assert.deepEqual(filter(cache, ignoring), { a1: skewed, a2: skewed, b1: skewed, c1: 'Success' });
  });

  it('counts for matchLabelKeys only pods with the same values', () => {
    const cache = cacheOf(zoned, { a1: [member({ labels: { ...app, hash: '1' } })] });
    const pod = spread({ matchLabelKeys: ['hash'] }, { ...app, hash: '2' });
    assert.deepEqual(filter(cache, pod), { a1: 'Success', a2: 'Success', b1: 'Success' });
  });

  it('skips pods without such constraints', () => {
    assert.equal(filter(cacheOf(zoned), spread({ whenUnsatisfiable: 'ScheduleAnyway' })), 'Skip');
  });
});

describe('ScheduleAnyway', () => {
  const soft = (extra: object = {}) => spread({ whenUnsatisfiable: 'ScheduleAnyway', ...extra });

  it('scores emptier domains higher', () => {
    const cache = cacheOf(zoned, { a1: [member()] });
    const plugin = podTopologySpread(cache, () => undefined);
    assert.deepEqual(scoresOf(plugin, cache, soft()), { a1: 0, a2: 0, b1: 100 });
  });

  it('scores nodes without the label 0', () => {
    const cache = cacheOf([...zoned, aNode('lost')]);
    const plugin = podTopologySpread(cache, () => undefined);
    assert.deepEqual(scoresOf(plugin, cache, soft()), { a1: 100, a2: 100, b1: 100, lost: 0 });
  });

  it('counts only pods on nodes that have the keys of all constraints', () => {
    const cache = cacheOf(
      [
        aNode('a', { zone: 'a', rack: '1' }),
        aNode('b', { zone: 'b', rack: '1' }),
        aNode('b2', { zone: 'b' }),
      ],
      { b2: [member()] },
    );
    const pod = soft();
    const [constraint] = pod.spec!.topologySpreadConstraints!;
    pod.spec!.topologySpreadConstraints!.push({ ...constraint!, topologyKey: 'rack' });
    const plugin = podTopologySpread(cache, () => undefined);
    assert.deepEqual(scoresOf(plugin, cache, pod), { a: 100, b: 100, b2: 0 });
  });

  it('counts pods on nodes of a domain that do not fit themselves', () => {
    const cache = cacheOf(zoned, { a1: [member()] });
    const plugin = podTopologySpread(cache, () => undefined);
    const state = new CycleState();
    const pod = podInfo(soft());
    const feasible = cache.list().filter(({ name }) => name !== 'a1');
    assert.equal(plugin.preScore(state, pod, feasible).code, 'Success');
    const scores = feasible.map((node) => plugin.score(state, pod, node));
    plugin.normalizeScore?.(state, pod, scores);
    assert.deepEqual(scores, [0, 100]);
  });
});

describe('default constraints', () => {
  it('spread a pod over hosts with the pods that it belongs to, also over nodes without a zone', () => {
    const cache = cacheOf([aNode('a'), aNode('b')], { a: [member()] });
    const plugin = podTopologySpread(cache, () => labelSelectorOfMap(app));
    const scores = scoresOf(plugin, cache, aPod({}, app));
    assert.ok(typeof scores === 'object' && scores.a! < scores.b!);
  });

  it('are skipped for a pod that belongs to nothing', () => {
    const cache = cacheOf(zoned);
    assert.equal(
      scoresOf(
        podTopologySpread(cache, () => undefined),
        cache,
        aPod(),
      ),
      'Skip',
    );
  });
});

describe('default constraints of a profile', () => {
  const cache = cacheOf([...zoned, aNode('lost')], { a1: [member()] });
  const plugin = (whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway') =>
    podTopologySpread(cache, () => labelSelectorOfMap(app), [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable },
    ]);

  it('filter, if they are hard', () => {
    assert.deepEqual(filterAnswers(plugin('DoNotSchedule'), cache, aPod({}, app)), {
      ...{ a1: skewed, a2: skewed, b1: 'Success' },
      lost: `UnschedulableAndUnresolvable: node(s) didn't match pod topology spread constraints (missing required label)`,
    });
  });

  it('give no score to a node without the topology key', () => {
    const scores = scoresOf(plugin('ScheduleAnyway'), cache, aPod({}, app));
    assert.ok(typeof scores === 'object' && scores.b1! > scores.a1! && scores.lost === 0);
  });

  it('are not those of a pod with constraints of its own', () => {
    const own = spread({ whenUnsatisfiable: 'ScheduleAnyway' });
    assert.equal(filterAnswers(plugin('DoNotSchedule'), cache, own), 'Skip');
  });
});
