// Whatever happens in a cluster, pods get the same nodes and the same verdicts with answers that are kept as without them.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { podInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { Framework } from '../framework/framework.ts';
import { localAnswersKey } from '../framework/local-answers.ts';
import type { FilterPlugin, Plugin, PreFilterPlugin, Profile } from '../framework/plugin.ts';
import { SKIP, SUCCESS } from '../framework/status.ts';
import { defaultProfile } from '../profile.ts';
import { Nominator } from '../queue/nominator.ts';
import { place } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod, type PodSpec } from '../testing/objects.fake.ts';
import { sourcesOf } from '../testing/sources.fake.ts';
import { NodeChooser } from './choose-node.ts';

const ANY_TAINT = [{ operator: 'Exists' as const }];
const image = { names: ['big:1'], sizeBytes: 500 * 1024 * 1024 };

const podSpecs: readonly Partial<PodSpec>[] = [
  {},
  { tolerations: ANY_TAINT },
  { nodeSelector: { disk: 'ssd' } },
  { containers: [aContainer({ cpu: '700m', memory: '1Gi' }, { image: 'big:1' })] },
  { containers: [aContainer({}, { ports: [{ containerPort: 80, hostPort: 80 }] })], priority: 5 },
  { containers: [aContainer({ 'example.com/gpu': '1' })] },
  { containers: [aContainer({ cpu: '1500m' })] },
  { containers: [aContainer({ cpu: '1500m' })], priority: 9 },
];
/** Most pods are of few kinds, so that they share answers, and preempt. */
const kind = fc.oneof(fc.nat(podSpecs.length - 1), fc.constantFrom(6, 7, 7));

const nodeKinds: readonly ((name: string) => Node)[] = [
  (name) => aNode(name),
  (name) => aNode(name, { disk: 'ssd' }, {}, { 'example.com/gpu': '1' }),
  (name) => aNode(name, {}, { unschedulable: true }),
  (name) => aNode(name, {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
  (name) => aNode(name, {}, { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] }, { cpu: '1' }),
  (name) => aNode(name, { disk: 'ssd' }, {}, { pods: '2' }),
  (name) => ({ ...aNode(name), status: { ...aNode(name).status, images: [image] } }),
];

const budgetOf = (disruptionsAllowed: number): PodDisruptionBudget => ({
  ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'x', namespace: 'd' } },
  spec: { selector: { matchLabels: { app: 'x' } } },
  status: { currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed },
});

const step = fc.oneof(
  {
    weight: 6,
    // Some of the pods are those that are nominated.
    arbitrary: fc.record({ do: fc.constant('schedule' as const), kind, nominated: fc.option(fc.nat(2)) }),
  },
  fc.record({ do: fc.constant('end' as const), pod: fc.nat(20) }),
  fc.record({ do: fc.constant('node' as const), kind: fc.nat(nodeKinds.length - 1), node: fc.nat(5) }),
  fc.record({ do: fc.constant('node gone' as const), node: fc.nat(5) }),
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('nominate' as const), kind, node: fc.nat(2) }),
  },
  fc.record({ do: fc.constant('nomination ends' as const), pod: fc.nat(3) }),
  fc.record({ do: fc.constant('budget' as const), allowed: fc.option(fc.nat(1)) }),
);

function withoutSignatures(profile: Profile): Profile {
  const unsigned = new Map<Plugin, Plugin>();
  const bare = <P extends Plugin>(plugin: P): P => {
    const { signPod: _, ...rest } = plugin;
    const copy = unsigned.get(plugin) ?? rest;
    unsigned.set(plugin, copy);
    return copy as P;
  };
  return {
    ...profile,
    preFilter: profile.preFilter.map(bare),
    filter: profile.filter.map(bare),
    preScore: profile.preScore.map(bare),
    score: profile.score.map(bare),
  };
}

/** Chooses, and preempts where nothing fits. */
function scheduler(
  cache: SchedulerCache,
  nominatedPods: Nominator,
  budgets: readonly PodDisruptionBudget[],
  isSigned: boolean,
) {
  let removal: unknown;
  const preemptions = {
    start: (candidate: unknown) => {
      removal = candidate;
    },
    isRunning: () => false,
    attempted: () => {},
  };
  const profile = defaultProfile(sourcesOf(cache, { preemptions, disruptionBudgets: () => budgets }));
  const own = isSigned ? profile : withoutSignatures(profile);
  const framework = new Framework(own, new SteppedClock(), { nominatedPods });
  const chooser = new NodeChooser(framework, cache, seededRandom(1));
  return (pod: Pod) => {
    const [state, info] = [new CycleState(), podInfo(pod)];
    const choice = chooser.choose(state, info);
    const result =
      'diagnosis' in choice ? framework.runPostFilterPlugins(state, info, choice.diagnosis) : undefined;
    return { answer: { choice, result, removal }, isShared: state.find(localAnswersKey) !== undefined };
  };
}

it('kept answers change no choices, no verdicts and no victims', () => {
  let shared = 0;
  const property = fc.property(fc.array(step, { minLength: 20, maxLength: 50 }), (steps) => {
    const cache = new SchedulerCache();
    const nominatedPods = new Nominator(cache);
    for (let i = 0; i < 4; i++) cache.setNode(aNode(`n${i}`));
    const budgets: PodDisruptionBudget[] = [];
    const withKept = scheduler(cache, nominatedPods, budgets, true);
    const afresh = scheduler(cache, nominatedPods, budgets, false);
    const placed: Pod[] = [];
    const nominated: Pod[] = [];
    for (const one of steps) {
      if (one.do === 'node') cache.setNode(nodeKinds[one.kind]!(`n${one.node}`));
      else if (one.do === 'node gone') cache.removeNode(`n${one.node}`);
      else if (one.do === 'end') cache.removePod(placed[one.pod]?.metadata.uid ?? '');
      else if (one.do === 'nominate') {
        const pod = aPod(podSpecs[one.kind], { app: 'x' });
        nominatedPods.nominate(podInfo(pod), `n${one.node}`);
        nominated.push(pod);
      } else if (one.do === 'nomination ends') nominatedPods.remove(nominated[one.pod]?.metadata.uid ?? '');
      else if (one.do === 'budget') {
        if (one.allowed === null) budgets.pop();
        else budgets.push(budgetOf(one.allowed));
      } else {
        const known = nominated[one.nominated ?? nominated.length];
        const pod = known ?? aPod(podSpecs[one.kind], { app: 'x' });
        const { answer, isShared } = withKept(pod);
        if (isShared) shared++;
        assert.deepEqual(answer, afresh(pod).answer);
        const { choice } = answer;
        if (!('node' in choice)) continue;
        nominatedPods.remove(pod.metadata.uid!);
        place(cache, pod, choice.node);
        placed.push(pod);
      }
    }
  });
  fc.assert(property, { numRuns: 600, seed: 1 });
  assert.ok(shared > 1_000, `${shared} cycles used kept answers`);
});

it('a plugin that stands behind one that skips some cycles only is asked in every cycle', () => {
  const cache = new SchedulerCache();
  for (const name of ['a', 'b']) cache.setNode(aNode(name));
  let skips = false;
  const first: FilterPlugin & PreFilterPlugin = {
    name: 'First',
    preFilter: () => ({ status: skips ? SKIP : SUCCESS }),
    filter: () => SUCCESS,
  };
  const profile = defaultProfile(sourcesOf(cache));
  const before = profile.filter.findIndex(({ name }) => name === 'TaintToleration');
  const filter = profile.filter.toSpliced(before, 0, first);
  const own = { ...profile, preFilter: [first, ...profile.preFilter], filter };
  const chooser = new NodeChooser(new Framework(own, new SteppedClock()), cache, seededRandom(1));
  const large = () => podInfo(aPod({ containers: [aContainer({ cpu: '3' })] }));
  for (let i = 0; i < 4; i++) {
    skips = i > 1;
    assert.ok('diagnosis' in chooser.choose(new CycleState(), large()), `cycle ${i}`);
  }
});

it('waiting pods to which all nodes say the same share their verdicts', () => {
  const cache = new SchedulerCache();
  for (const name of ['a', 'b']) cache.setNode(aNode(name));
  const framework = new Framework(defaultProfile(sourcesOf(cache)), new SteppedClock());
  const chooser = new NodeChooser(framework, cache, seededRandom(1));
  const verdicts = () => {
    const pod = podInfo(aPod({ containers: [aContainer({ cpu: '3' })] }));
    const choice = chooser.choose(new CycleState(), pod);
    return 'diagnosis' in choice ? choice.diagnosis.verdicts : [];
  };
  const [, second, third] = [verdicts(), verdicts(), verdicts()];
  assert.equal(second?.length, 2);
  assert.equal(third, second);
  cache.setNode(aNode('a', {}, { unschedulable: true }));
  assert.notDeepEqual(verdicts(), second);
});
