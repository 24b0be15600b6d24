import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { podInfo } from '../../cache/pod-info.ts';
import type { SchedulerCache } from '../../cache/scheduler-cache.ts';
import { CycleState } from '../../framework/cycle-state.ts';
import { Framework } from '../../framework/framework.ts';
import { defaultProfile } from '../../profile.ts';
import { Nominator } from '../../queue/nominator.ts';
import { cacheOf } from '../../testing/cache.fake.ts';
import { aContainer, aNode, aPod, type PodSpec } from '../../testing/objects.fake.ts';
import { sourcesOf } from '../../testing/sources.fake.ts';
import { DisruptionBudgets } from './disruption-budgets.ts';
import {
  candidatesToFind,
  DEFAULT_ARGS,
  findCandidates,
  type PreemptionArgs,
  potentialNodes,
} from './find-candidates.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

interface PodSettings extends Partial<PodSpec> {
  readonly labels?: Record<string, string>;
  readonly hour?: number;
}

/** A pod whose uid is its name; it asks for so many CPUs. Nodes have two. */
function pod(name: string, cpu: string, priority: number, settings: PodSettings = {}): Pod {
  const { labels = {}, hour, ...spec } = settings;
  const made = aPod({ priority, containers: [aContainer({ cpu })], ...spec }, labels);
  return {
    ...made,
    metadata: { ...made.metadata, name, uid: name },
    status: hour === undefined ? {} : { startTime: `2026-01-01T0${hour}:00:00Z` },
  };
}

const budgetFor = (app: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: app, namespace: 'd' },
  spec: { selector: { matchLabels: { app } } },
  status: { currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, disruptionsAllowed },
});

interface SearchSettings {
  readonly budgets?: readonly PodDisruptionBudget[];
  readonly args?: PreemptionArgs;
  readonly offset?: number;
  readonly nominator?: Nominator;
  readonly monotonic?: () => number;
}

/** What preemption finds for a pod that fits nowhere, after PreFilter and Filter of the default profile. */
function find(cache: SchedulerCache, incoming: Pod, settings: SearchSettings = {}) {
  const { budgets = [], args = DEFAULT_ARGS, offset = 0, nominator = new Nominator() } = settings;
  const { monotonic = () => 0 } = settings;
  const framework = new Framework(defaultProfile(sourcesOf(cache)), new SteppedClock(), {
    nominatedPods: nominator,
  });
  const state = new CycleState();
  const info = podInfo(incoming);
  const { status: absent } = framework.runPreFilterPlugins(state, info);
  assert.equal(absent.code, 'Success');
  const filter = () =>
    cache.list().map((node) => ({
      node: node.name,
      status: framework.runFilterPluginsWithNominatedPods(state, info, node),
    }));
  const verdicts = filter();
  const found = findCandidates(potentialNodes(cache, { nodes: verdicts.length, verdicts }), {
    ...{ trials: framework, state, pod: info, now: NOW, args, monotonic },
    budgets: new DisruptionBudgets(() => budgets).refresh(),
    offset: () => offset,
  });
  assert.deepEqual(filter(), verdicts, 'the nodes and the state of the cycle are as they were');
  return {
    candidates: found.candidates.map(({ node, victims, violations }) => ({
      node,
      victims: victims.map(({ uid }) => uid),
      violations,
    })),
    verdicts: Object.fromEntries(
      found.verdicts.map(({ node, status }) => [node, `${status.code}: ${status.reasons.join(', ')}`]),
    ),
  };
}

const on = (...pods: Pod[]) => cacheOf([aNode('a')], { a: pods });
const protect = { labels: { app: 'x' } };

interface Case {
  readonly title: string;
  readonly pods: readonly Pod[];
  readonly incoming: Pod;
  readonly budgets?: readonly PodDisruptionBudget[];
  readonly victims: readonly string[];
  readonly violations?: number;
}

const cases: readonly Case[] = [
  {
    title: 'only as many as are in the way, the least important',
    pods: [pod('low', '1', 1), pod('lower', '1', 0)],
    incoming: pod('in', '1', 10),
    victims: ['lower'],
  },
  {
    title: 'a more important pod stays if the rest makes enough room',
    pods: [pod('small', '500m', 0), pod('big', '1500m', 5)],
    incoming: pod('in', '500m', 10),
    victims: ['small'],
  },
  {
    title: 'a less important pod stays when it is the more important one that has to go',
    pods: [pod('small', '500m', 0), pod('big', '1500m', 5)],
    incoming: pod('in', '1500m', 10),
    victims: ['big'],
  },
  {
    title: 'of equal priority the one that started last goes',
    pods: [pod('new', '1', 0, { hour: 9 }), pod('old', '1', 0, { hour: 1 })],
    incoming: pod('in', '1', 10),
    victims: ['new'],
  },
  {
    title: 'one that has not started counts as the newest',
    pods: [pod('waiting', '1', 0), pod('old', '1', 0, { hour: 9 })],
    incoming: pod('in', '1', 10),
    victims: ['waiting'],
  },
  {
    title: 'pods of equal priority are never victims',
    pods: [pod('equal', '1', 10), pod('low', '1', 0)],
    incoming: pod('in', '1', 10),
    victims: ['low'],
  },
  {
    title: 'a disruption budget saves the less important pod',
    pods: [pod('kept', '1', 0, protect), pod('other', '1', 5)],
    incoming: pod('in', '1', 10),
    budgets: [budgetFor('x', 0)],
    victims: ['other'],
  },
  {
    title: 'a disruption budget is violated where there is no other way; victims stand by importance',
    pods: [pod('kept', '1', 0, protect), pod('other', '1', 5)],
    incoming: pod('in', '2', 10),
    budgets: [budgetFor('x', 0)],
    victims: ['other', 'kept'],
    violations: 1,
  },
  {
    title: 'a budget lets as many go as it allows',
    pods: [pod('first', '1', 1, protect), pod('second', '1', 0, protect)],
    incoming: pod('in', '2', 10),
    budgets: [budgetFor('x', 1)],
    victims: ['first', 'second'],
    violations: 1,
  },
  {
    title: 'a host port is freed',
    pods: [
      pod('port', '100m', 0, {
        containers: [aContainer({ cpu: '100m' }, { ports: [{ containerPort: 1, hostPort: 80 }] })],
      }),
      pod('none', '100m', 0),
    ],
    incoming: pod('in', '100m', 10, {
      containers: [aContainer({ cpu: '100m' }, { ports: [{ containerPort: 1, hostPort: 80 }] })],
    }),
    victims: ['port'],
  },
  {
    title: 'anti-affinity to a pod of lower priority removes it',
    pods: [pod('near', '100m', 0, { labels: { app: 'near' } }), pod('none', '100m', 0)],
    incoming: pod('in', '100m', 10, {
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'near' } } },
          ],
        },
      },
    }),
    victims: ['near'],
  },
];

describe('victims on a node', () => {
  for (const { title, pods, incoming, budgets = [], victims, violations = 0 } of cases)
    it(title, () => {
      const { candidates } = find(on(...pods), incoming, { budgets });
      assert.deepEqual(candidates, [{ node: 'a', victims, violations }]);
    });

  it('leave their domain, so that a pod of the same constraint may come', () => {
    const constraint = {
      ...{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const },
      labelSelector: { matchLabels: { app: 's' } },
    };
    const spread = { labels: { app: 's' }, topologySpreadConstraints: [constraint] };
    const cache = cacheOf([aNode('a', { zone: 'x' }), aNode('b', { zone: 'y' })], {
      a: [pod('a1', '100m', 0, spread)],
      b: [pod('full', '2', 20)],
    });
    const { candidates, verdicts } = find(cache, pod('in', '100m', 10, spread));
    assert.deepEqual(candidates, [{ node: 'a', victims: ['a1'], violations: 0 }]);
    assert.deepEqual(verdicts, {
      b: 'UnschedulableAndUnresolvable: No preemption victims found for incoming pod',
    });
  });

  it('make room for pods nominated to the node as well', () => {
    const nominator = new Nominator();
    nominator.nominate(podInfo(pod('nominated', '1', 10)), 'a');
    const cache = on(pod('p', '1', 0), pod('q', '1', 0));
    const { candidates } = find(cache, pod('in', '1', 10), { nominator });
    assert.deepEqual(candidates[0]?.victims.toSorted(), ['p', 'q']);
  });
});

describe('candidates', () => {
  const full = (name: string, priority = 0, labels = {}) => pod(name, '2', priority, { labels });

  it('are nodes that removing pods makes fit; the others have a reason', () => {
    const cache = cacheOf(
      [
        aNode('a'),
        aNode('b'),
        aNode('c', {}, { unschedulable: true }),
        aNode('d'),
        aNode('e', {}, {}, { cpu: '1' }),
      ],
      { a: [full('a1')], b: [full('b1', 50)], d: [pod('d1', '1500m', 50), pod('d2', '500m', 0)] },
    );
    const { candidates, verdicts } = find(cache, pod('in', '2', 10));
    assert.deepEqual(candidates, [{ node: 'a', victims: ['a1'], violations: 0 }]);
    assert.deepEqual(verdicts, {
      b: 'UnschedulableAndUnresolvable: No preemption victims found for incoming pod',
      d: 'Unschedulable: Insufficient cpu',
    });
  });

  const many = (labelsOf: (i: number) => Record<string, string> = () => ({})) => {
    const names = Array.from({ length: 10 }, (_, i) => `n${i}`);
    return cacheOf(
      names.map((name) => aNode(name)),
      Object.fromEntries(names.map((name, i) => [name, [full(`${name}-pod`, 0, labelsOf(i))]])),
    );
  };
  const args = { minCandidateNodesPercentage: 10, minCandidateNodesAbsolute: 3 };
  const nodesOf = (found: ReturnType<typeof find>) => found.candidates.map(({ node }) => node);

  it('are no more than asked for, from the offset on and round', () => {
    const found = find(many(), pod('in', '1', 10), { args, offset: 8 });
    assert.deepEqual(nodesOf(found), ['n8', 'n9', 'n0']);
  });

  it('are looked for until one keeps to the budgets, which then stands first', () => {
    const cache = many((i): Record<string, string> => (i < 6 ? { app: 'x' } : {}));
    const found = find(cache, pod('in', '1', 10), { args, budgets: [budgetFor('x', 0)] });
    assert.deepEqual(nodesOf(found), ['n6', 'n0', 'n1', 'n2']);
  });

  it('are what was found when the search takes too long', () => {
    let time = 0;
    const monotonic = () => {
      time += 10;
      return time;
    };
    const found = find(many(), pod('in', '1', 10), { monotonic });
    assert.deepEqual(nodesOf(found), ['n0', 'n1', 'n2', 'n3']);
  });

  const numbers: readonly (readonly [nodes: number, percentage: number, absolute: number, wanted: number])[] =
    [
      [50, 10, 100, 50],
      [500, 10, 100, 100],
      [5000, 10, 100, 500],
      [1234, 10, 0, 123],
      [7, 0, 3, 3],
    ];
  for (const [nodes, minCandidateNodesPercentage, minCandidateNodesAbsolute, wanted] of numbers)
    it(`are ${wanted} of ${nodes} nodes with ${minCandidateNodesPercentage} % and ${minCandidateNodesAbsolute}`, () =>
      assert.equal(
        candidatesToFind(nodes, { minCandidateNodesPercentage, minCandidateNodesAbsolute }),
        wanted,
      ));
});
