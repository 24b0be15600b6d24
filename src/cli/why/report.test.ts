import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodePlacement, Obstacle, Placement } from '../../api/pods/placement.ts';
import { groupVerdicts, nodesText } from '../../api/why/verdict-groups.ts';
import type { PodAccount } from './ask.ts';
import { podReport, workloadReport } from './report.ts';

const short = (node: string, missing: string): NodePlacement => ({
  node,
  rejections: [
    {
      plugin: 'NodeResourcesFit',
      code: 'Unschedulable',
      reasons: ['Insufficient cpu'],
      obstacles: [{ type: 'Resource', resource: 'cpu', requested: '2', free: '1', total: '2', missing }],
    },
  ],
});

const rejected = (node: string, plugin: string, reason: string, obstacle: Obstacle): NodePlacement => ({
  node,
  rejections: [{ plugin, code: 'UnschedulableAndUnresolvable', reasons: [reason], obstacles: [obstacle] }],
});
const tainted = (node: string, key = 'gpu') =>
  rejected(node, 'TaintToleration', 'node(s) had untolerated taint(s)', {
    type: 'Taint',
    key,
    effect: 'NoSchedule',
  });
const preempting = (node: string, ...names: string[]): NodePlacement => ({
  ...short(node, '500m'),
  preemption: {
    victims: names.map((name) => ({ namespace: 'd', name, priority: 0 })),
    count: names.length,
    violations: 0,
  },
});

const account = (placement: Partial<Placement>, more: Partial<PodAccount> = {}): PodAccount => ({
  ...{ pod: 'd/web', phase: 'Pending', ready: false, problems: [], events: [] },
  placement: {
    ...{ apiVersion: 'why.tiphys/v1', kind: 'PodPlacement', schedulerName: 'default-scheduler' },
    pod: { namespace: 'd', name: 'web', uid: 'u' },
    state: 'Unschedulable',
    ...placement,
  },
  ...more,
});

const judged = (...verdicts: NodePlacement[]) => ({
  nodes: { total: verdicts.length, judged: verdicts.length, fit: 0, verdicts },
});

describe('the report on a pod without a node', () => {
  it('says in its first line what would help, the easiest first, and shows a line for each node and plug-in', () => {
    const placement = {
      ...judged(short('n1', '500m'), tainted('n2'), preempting('n3', 'low')),
      queue: { attempts: 2, waitingSeconds: 70 },
      lastAttempt: { message: '0/3 nodes are available.', plugins: ['NodeResourcesFit'] },
    };
    assert.equal(
      podReport(account(placement)),
      `pod d/web waits for a node: 0 of 3 nodes fit: would preempt d/low (priority 0) on n3; needs 500m more cpu (requested: 2, free: 1 of 2) on n1; needs a toleration of the taint gpu:NoSchedule on n2
  2 attempts in 1m10s, tried again after a change in the cluster that concerns NodeResourcesFit, or after 5 minutes
  the scheduler's message: 0/3 nodes are available.

NODES   PLUGIN             REASON                             WHAT WOULD HELP
n3      NodeResourcesFit   Insufficient cpu                   500m more cpu (requested: 2, free: 1 of 2)
        preemption         possible                           would preempt d/low (priority 0)
n1      NodeResourcesFit   Insufficient cpu                   500m more cpu (requested: 2, free: 1 of 2)
n2      TaintToleration    node(s) had untolerated taint(s)   a toleration of the taint gpu:NoSchedule
`,
    );
  });

  it('stays short with 5,000 nodes', () => {
    const verdicts = Array.from({ length: 5_000 }, (_, i) =>
      i % 2 === 0 ? short(`n${i}`, `${500 + i}m`) : tainted(`n${i}`),
    );
    const lines = podReport(account(judged(...verdicts))).split('\n');
    assert.ok(lines.length < 8, `${lines.length} lines`);
    const [row] = lines.filter((line) => line.startsWith('n0, n2 and 2498 more'));
    assert.match(row ?? '', /500m to 5498m more cpu \(requested: 2\)$/);
  });

  it('shows 20 kinds of verdicts, and counts the nodes with others', () => {
    const verdicts = Array.from({ length: 30 }, (_, i) => tainted(`n${i}`, `key-${i}`));
    const report = podReport(account(judged(...verdicts)));
    assert.match(report, /and 10 more nodes, each for its own reasons; -o json has them\n$/);
    assert.equal(report.match(/TaintToleration/g)?.length, 20);
  });

  const states: readonly [string, Partial<Placement>][] = [
    [
      'pod d/web is kept out of the scheduling queue: waiting for scheduling gates: [a]',
      { state: 'Gated', reasons: ['waiting for scheduling gates: [a]'] },
    ],
    [
      "pod d/web waits for the scheduler mine, which is not one of this cluster's",
      { state: 'OtherScheduler', schedulerName: 'mine' },
    ],
    ['pod d/web is being bound to node n1', { state: 'Binding', node: 'n1' }],
    [
      'pod d/web is nominated for node n1, and waits until the preempted pods there have ended',
      { nominatedNode: 'n1' },
    ],
    ['pod d/web waits for a node: there are none', judged()],
    [
      'pod d/web fits no node: pod affinity terms conflict (NodeAffinity)',
      {
        rejection: {
          plugin: 'NodeAffinity',
          code: 'UnschedulableAndUnresolvable',
          reasons: ['pod affinity terms conflict'],
          obstacles: [],
        },
      },
    ],
  ];
  for (const [line, placement] of states)
    it(line, () => assert.equal(podReport(account(placement)).split('\n')[0], line));

  it('says when a pod in back-off is tried again', () => {
    const queue = { attempts: 3, waitingSeconds: 9, retrySeconds: 4 };
    assert.match(podReport(account({ state: 'Backoff', queue })), /3 attempts in 9s, tried again within 4s/);
  });

  it('says that nodes are hidden, and gives the scheduler’s message instead', () => {
    const nodes = { total: 2, judged: 2, fit: 0, verdicts: [], hidden: true as const };
    const report = podReport(account({ nodes, lastAttempt: { message: 'm', plugins: [] } }));
    assert.match(report, /the scheduler's message: m\n {2}nodes are not shown: you may not list them/);
  });

  it('falls back to what the pod says where no scheduler answers', () => {
    const { placement: _, ...rest } = account({});
    const withoutPlacement = { error: 'no scheduler', message: '0/1 nodes are available' };
    const report = podReport({ ...rest, withoutPlacement });
    assert.equal(
      report,
      'pod d/web waits for a node: 0/1 nodes are available\n  nodes are not shown: no scheduler\n',
    );
  });
});

describe('the report on a pod with a node', () => {
  const onNode = (more: Partial<PodAccount>): PodAccount => {
    const { placement: _, ...rest } = account({});
    return { ...rest, ...more };
  };

  it('names the first problem, then all of them, then the last warnings', () => {
    const problem = { where: 'container main', reason: 'ImagePullBackOff', message: 'not found' };
    const event = { reason: 'Failed', message: 'm', count: 3, last: '2026-01-01T00:00:00Z' };
    assert.equal(
      podReport(onNode({ problems: [problem], events: [event] })),
      `pod d/web is not ready (phase Pending): container main: ImagePullBackOff: not found

WHERE            REASON             MESSAGE
container main   ImagePullBackOff   not found

LAST WARNING           COUNT   REASON   MESSAGE
2026-01-01T00:00:00Z   3       Failed   m
`,
    );
  });

  it('gives terminals nothing to obey, and every message one line', () => {
    const message = 'ended with exit code 1: a\u001b[31mb\n\u009bc\n';
    const report = podReport(onNode({ problems: [{ where: 'container main', reason: 'Error', message }] }));
    assert.match(report, /ended with exit code 1: a \[31mb c$/m);
    assert.doesNotMatch(report.replaceAll('\n', ''), /\p{Cc}/u);
  });

  it('says that nothing is wrong', () => {
    assert.equal(podReport(onNode({ ready: true, phase: 'Running' })), 'pod d/web is ready\n');
  });
});

it('a workload shows the conditions and warnings that keep its pods from being made', () => {
  const condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'exceeded quota',
  };
  const report = workloadReport({ workload: 'replicaset/web', conditions: [condition], events: [] });
  assert.equal(report, 'replicaset/web:\n  ReplicaFailure=True FailedCreate: exceeded quota\n');
});

describe('groups of verdicts', () => {
  it('have the nodes that say the same, whatever the amounts', () => {
    const groups = groupVerdicts([short('a', '1'), tainted('b'), short('c', '2'), tainted('d', 'other')]);
    assert.deepEqual(
      groups.map(({ nodes }) => nodes),
      [['b'], ['d'], ['a', 'c']],
    );
    assert.equal(groups[2]?.lines[0]?.needs, '1 to 2 more cpu (requested: 2)');
  });

  it('are in the order of how many plug-ins reject their nodes, whatever preemption says', () => {
    const refusing: NodePlacement = { ...short('a', '1'), preemption: { reason: 'not eligible' } };
    const twice = {
      ...tainted('b'),
      rejections: [...tainted('b').rejections, ...short('b', '1').rejections],
    };
    const groups = groupVerdicts([twice, refusing]);
    assert.deepEqual(
      groups.map(({ nodes }) => nodes),
      [['a'], ['b']],
    );
  });

  it('begin with nodes that fit, then those where preemption would help', () => {
    const groups = groupVerdicts([tainted('a'), preempting('b', 'x'), { node: 'c', rejections: [] }]);
    assert.deepEqual(
      groups.map(({ nodes, fits, preempts }) => [nodes[0], fits, preempts]),
      [
        ['c', true, false],
        ['b', false, true],
        ['a', false, false],
      ],
    );
  });

  it('count the victims of several nodes', () => {
    const [group] = groupVerdicts([preempting('a', 'x'), preempting('b', 'y', 'z')]);
    assert.equal(group?.lines.at(-1)?.needs, 'would preempt 1 to 2 pods');
  });

  it('name two nodes and count the rest', () => {
    assert.deepEqual([['a'], ['a', 'b'], ['a', 'b', 'c']].map(nodesText), ['a', 'a, b', 'a, b and 1 more']);
  });
});
