import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { podInfo } from '../../cache/pod-info.ts';
import { CycleState } from '../../framework/cycle-state.ts';
import { Framework } from '../../framework/framework.ts';
import type { NodeVerdict, NodeVerdicts } from '../../framework/plugin.ts';
import { type Status, SUCCESS, unresolvable, unschedulable } from '../../framework/status.ts';
import { cacheOf } from '../../testing/cache.fake.ts';
import { aNode, aPod } from '../../testing/objects.fake.ts';
import { sourcesOf } from '../../testing/sources.fake.ts';
import { prioritySort } from '../priority-sort.ts';
import { defaultPreemption } from './default-preemption.ts';

const full = unschedulable('Insufficient cpu');
const hopeless = unresolvable('node(s) were unschedulable');
const nominatedTo = (node: string) => ({ status: { nominatedNodeName: node } });

const ending = (reason: string, priority = 0): Pod => {
  const pod = aPod({ priority });
  pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  return { ...pod, status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason }] } };
};

interface Case {
  readonly title: string;
  readonly incoming?: Partial<Pod>;
  readonly never?: boolean;
  readonly onA: readonly Pod[];
  readonly why?: Partial<NodeVerdicts>;
  /** What Filter answers once the victims are gone. */
  readonly filter?: Status;
  readonly expected: readonly [code: string, message: string, nominated: string | undefined];
}

const both = (a: Status, b: Status): readonly NodeVerdict[] => [
  { node: 'a', status: a },
  { node: 'b', status: b },
];

const cases: readonly Case[] = [
  { title: 'nominates the node', onA: [aPod()], expected: ['Success', '', 'a'] },
  {
    title: 'does nothing for a pod that must not preempt, and leaves its nomination',
    never: true,
    onA: [aPod()],
    expected: ['Unschedulable', 'preemption: not eligible due to preemptionPolicy=Never.', undefined],
  },
  {
    title: 'waits for victims that end on the nominated node',
    incoming: nominatedTo('a'),
    onA: [ending('PreemptionByScheduler'), aPod()],
    expected: [
      'Unschedulable',
      'preemption: not eligible due to a terminating pod on the nominated node.',
      undefined,
    ],
  },
  {
    title: 'looks again when the nominated node has become hopeless',
    incoming: nominatedTo('b'),
    onA: [aPod()],
    why: { verdicts: both(full, hopeless) },
    expected: ['Success', '', 'a'],
  },
  {
    title: 'looks again when the nominated node is gone',
    incoming: nominatedTo('gone'),
    onA: [ending('PreemptionByScheduler')],
    expected: ['Success', '', 'a'],
  },
  {
    title: 'does not wait for pods that end for another reason',
    incoming: nominatedTo('a'),
    onA: [ending('EvictionByEvictionAPI')],
    expected: ['Success', '', 'a'],
  },
  {
    title: 'does not wait for pods of equal priority',
    incoming: nominatedTo('a'),
    onA: [ending('PreemptionByScheduler', 10), aPod()],
    expected: ['Success', '', 'a'],
  },
  {
    title: 'says why no node helps, and clears the nomination',
    onA: [aPod()],
    filter: full,
    why: { nodes: 3 },
    expected: [
      'Unschedulable',
      'preemption: 0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
      '',
    ],
  },
  {
    title: 'tries no node that nothing helps on',
    onA: [aPod()],
    why: { verdicts: both(hopeless, hopeless) },
    expected: [
      'Unschedulable',
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      '',
    ],
  },
  {
    title: 'tries all nodes when PreFilter found the pod unschedulable for now',
    onA: [aPod()],
    why: { verdicts: [], absent: full },
    expected: ['Success', '', 'a'],
  },
  {
    title: 'tries none when PreFilter found that nothing helps',
    onA: [aPod()],
    why: { verdicts: [], absent: hopeless },
    expected: [
      'Unschedulable',
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
      '',
    ],
  },
  {
    title: 'fails when a filter fails on all nodes',
    onA: [aPod()],
    filter: { code: 'Error', reasons: ['no luck'] },
    expected: ['Error', 'preemption: running "Fits" filter plugin: no luck', undefined],
  },
];

describe('DefaultPreemption', () => {
  for (const { title, incoming, never, onA, why, filter = SUCCESS, expected } of cases)
    it(title, () => {
      const cache = cacheOf([aNode('a'), aNode('b')], { a: onA });
      const started: string[] = [];
      const start = ({ node }: { node: string }) => void started.push(node);
      const plugin = defaultPreemption(
        sourcesOf(cache, { preemptions: { start, isRunning: () => false, attempted: () => {} } }),
      );
      const none = { preEnqueue: [], preFilter: [], preScore: [], score: [], reserve: [], permit: [] };
      const framework = new Framework(
        {
          ...{ ...none, preBind: [], bind: [], postBind: [], queueSort: prioritySort },
          // With a pod of priority 0 on the node it does not fit.
          filter: [
            {
              name: 'Fits',
              filter: (_state, _pod, { pods }) =>
                pods.values().some(({ priority }) => priority < 10) ? full : filter,
            },
          ],
          postFilter: [plugin],
        },
        new SteppedClock(),
      );
      const pod = { ...aPod({ priority: 10, ...(never && { preemptionPolicy: 'Never' }) }), ...incoming };
      const state = new CycleState();
      framework.runPreFilterPlugins(state, podInfo(pod));
      const result = framework.runPostFilterPlugins(state, podInfo(pod), {
        ...{ nodes: 2, verdicts: both(full, full) },
        ...why,
      });
      const { status, nominatedNode } = result;
      assert.deepEqual([status.code, status.reasons.join(', '), nominatedNode], expected);
      assert.deepEqual(started, status.code === 'Success' ? [nominatedNode] : []);
    });

  it('keeps a pod out of the queue while its victims are being deleted', () => {
    const running = new Set<string>();
    const preemptions = {
      start: () => {},
      isRunning: (uid: string) => running.has(uid),
      attempted: () => {},
    };
    const plugin = defaultPreemption(sourcesOf(cacheOf([]), { preemptions }));
    const pod = podInfo(aPod());
    assert.equal(plugin.preEnqueue(pod).code, 'Success');
    running.add(pod.uid);
    const { code, reasons } = plugin.preEnqueue(pod);
    assert.deepEqual(
      [code, ...reasons],
      ['UnschedulableAndUnresolvable', 'waiting for the preemption for this pod to be finished'],
    );
  });
});
