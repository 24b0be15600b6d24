// Facts of upstream's replica_calculator_test.go, in a table of our own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { aContainer, aPod } from '../../../sim/objects/pod.ts';
import { averageReplicas, utilizationReplicas } from './from-pods.ts';
import { groupPods, type PodValue } from './pod-groups.ts';
import { requestsOf } from './requests.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 1);
const PERIODS = { cpuInitializationMs: 5 * MINUTE, initialReadinessMs: 30_000 };
const TOLERANCES = { up: 0.1, down: 0.1 };
const rfc = (ms: number) => new Date(ms).toISOString();

interface Described {
  readonly ready?: boolean;
  readonly phase?: string;
  readonly startedAgo?: number;
  readonly changedAgo?: number;
  readonly deleted?: boolean;
}

/** Requests one CPU; has run and been ready for an hour, unless told otherwise. */
function pod(i: number, described: Described = {}): Pod {
  const { ready = true, phase = 'Running', startedAgo = 60 * MINUTE, deleted } = described;
  const { changedAgo = startedAgo } = described;
  const container = aContainer('main', { resources: { requests: { cpu: '1' } } });
  return {
    ...aPod(`p${i}`, { containers: [container] }, { ...(deleted && { deletionTimestamp: rfc(NOW) }) }),
    status: {
      phase,
      startTime: rfc(NOW - startedAgo),
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: rfc(NOW - changedAgo) },
      ],
    },
  } as Pod;
}

const at = (milli: number): PodValue => ({ milli, at: NOW, windowMs: MINUTE });
const pending: Described = { phase: 'Pending', ready: false };
const unready: Described = { ready: false, startedAgo: MINUTE };
const measured = (levels: readonly (number | undefined)[]) =>
  new Map(
    levels.flatMap((milli, i) => (milli === undefined ? [] : [[`p${i}`, at(milli)] as [string, PodValue]])),
  );

interface Row {
  readonly name: string;
  /** Millicores of each pod; undefined for one that was not measured. */
  readonly levels: readonly (number | undefined)[];
  readonly pods?: readonly Described[];
  readonly current?: number;
  /** Percentage of the request. */
  readonly target: number;
  readonly replicas: number;
  readonly utilization?: number;
}

const ROWS: readonly Row[] = [
  { name: 'usage above the target', levels: [300, 500, 700], target: 30, replicas: 5, utilization: 50 },
  {
    name: 'usage below the target',
    levels: [100, 300, 500, 250, 250],
    target: 50,
    replicas: 3,
    utilization: 28,
  },
  {
    name: 'usage within the tolerance',
    levels: [1010, 1030, 1020],
    target: 100,
    replicas: 3,
    utilization: 102,
  },
  {
    name: 'a pending pod takes the edge off scaling up',
    levels: [300, 500, 700],
    pods: [pending],
    target: 30,
    replicas: 4,
    utilization: 60,
  },
  {
    name: 'an unready pod takes the edge off scaling up',
    levels: [400, 500, 700],
    pods: [unready],
    target: 30,
    replicas: 4,
    utilization: 60,
  },
  {
    name: 'a pending pod makes the change too small',
    levels: [640, 0],
    pods: [{}, pending],
    target: 30,
    replicas: 2,
    utilization: 64,
  },
  {
    name: 'two unready pods leave no reason to scale up',
    levels: [300, 500, 700],
    pods: [unready, {}, unready],
    target: 30,
    replicas: 3,
    utilization: 50,
  },
  {
    name: 'unready pods do not matter for scaling down',
    levels: [100, 300, 500, 250, 250],
    pods: [{}, {}, {}, unready, unready],
    current: 5,
    target: 50,
    replicas: 2,
    utilization: 30,
  },
  {
    name: 'failed pods and those being deleted are ignored',
    levels: [500, 700, 900, 900],
    pods: [{}, {}, { phase: 'Failed' }, { deleted: true }],
    current: 2,
    target: 30,
    replicas: 4,
    utilization: 60,
  },
  {
    name: 'a missing pod counts as idle for scaling up',
    levels: [1000, undefined],
    target: 30,
    replicas: 4,
    utilization: 100,
  },
  {
    name: 'a missing pod counts as busy for scaling down',
    levels: [100, 400, undefined],
    current: 3,
    target: 50,
    replicas: 3,
    utilization: 25,
  },
  {
    name: 'a missing pod counts as more than busy if the target is more than the request',
    levels: [500, 500, undefined],
    current: 3,
    target: 200,
    replicas: 2,
    utilization: 50,
  },
  {
    name: 'missing pods never turn the direction',
    levels: [1000, undefined, undefined, undefined],
    target: 90,
    replicas: 4,
    utilization: 100,
  },
  { name: 'nothing is used', levels: [0, 0], target: 50, replicas: 0, utilization: 0 },
];

describe('replicas by utilization', () => {
  for (const { name, levels, pods = [], target, replicas, utilization, ...row } of ROWS)
    it(name, () => {
      const all = levels.map((_, i) => pod(i, pods[i]));
      const question = {
        current: row.current ?? levels.length,
        pods: all,
        values: measured(levels),
        resource: 'cpu',
        tolerances: TOLERANCES,
        periods: PERIODS,
        now: NOW,
      };
      const answer = utilizationReplicas(question, target, () => requestsOf(all, '', 'cpu'));
      assert.deepEqual([answer.replicas, answer.utilization], [replicas, utilization]);
    });

  const ask = (levels: readonly (number | undefined)[], pods: readonly Pod[]) => () =>
    utilizationReplicas(
      {
        current: 1,
        pods,
        values: measured(levels),
        resource: 'cpu',
        tolerances: TOLERANCES,
        periods: PERIODS,
        now: NOW,
      },
      50,
      () => requestsOf(pods, '', 'cpu'),
    );

  it('fails without pods, measurements or requests', () => {
    assert.throws(ask([1], []), /^Error: no pods returned by selector while calculating replica count$/);
    assert.throws(
      ask([100], [pod(0, pending)]),
      /^Error: did not receive metrics for targeted pods \(pods might be unready\)$/,
    );
    const bare: Pod = { ...pod(0), spec: { containers: [aContainer()] } };
    assert.throws(ask([100], [bare]), /^Error: missing request for cpu in container main of Pod p0$/);
  });
});

describe('replicas by an average', () => {
  const rows: [string, (number | undefined)[], Described[], number, number, number][] = [
    ['usage above the target', [20_000, 10_000, 30_000], [], 15_000, 4, 20_000],
    ['usage below the target', [12_000, 12_000, 12_000, 12_000, 12_000], [], 20_000, 3, 12_000],
    ['usage within the tolerance', [9500, 10_500], [], 10_000, 2, 10_000],
    ['unready pods count, except for CPU', [50_000, 15_000, 30_000], [unready], 15_000, 7, 31_666],
    ['a missing pod counts as the target for scaling down', [1000, undefined], [], 2000, 2, 1000],
    ['a missing pod counts as nothing for scaling up', [40_000, undefined], [], 15_000, 3, 40_000],
  ];
  for (const [name, levels, pods, target, replicas, average] of rows)
    it(name, () => {
      const question = {
        current: levels.length,
        pods: levels.map((_, i) => pod(i, pods[i])),
        values: measured(levels),
        resource: '',
        tolerances: TOLERANCES,
        periods: PERIODS,
        now: NOW,
      };
      assert.deepEqual(averageReplicas(question, target), { replicas, average });
    });
});

describe('a CPU measurement', () => {
  const rows: [string, Described, 'ready' | 'unready'][] = [
    ['counts for a pod that has long been ready', {}, 'ready'],
    ['does not count if the pod is unready while it starts', unready, 'unready'],
    [
      'does not count if the pod became ready within the interval',
      { startedAgo: 2 * MINUTE, changedAgo: 30_000 },
      'unready',
    ],
    [
      'counts if the pod was ready during the interval, even while it starts',
      { startedAgo: 3 * MINUTE, changedAgo: 2 * MINUTE },
      'ready',
    ],
    [
      'does not count for a pod that was never ready',
      { ready: false, startedAgo: 10 * MINUTE, changedAgo: 10 * MINUTE - 10_000 },
      'unready',
    ],
    [
      'counts for a pod that became unready later',
      { ready: false, startedAgo: 10 * MINUTE, changedAgo: MINUTE },
      'ready',
    ],
  ];
  for (const [name, described, group] of rows)
    it(name, () => {
      const groups = groupPods([pod(0, described)], measured([1]), 'cpu', PERIODS, NOW);
      assert.deepEqual([groups.ready, groups.unready.size], group === 'ready' ? [1, 0] : [0, 1]);
    });
});
