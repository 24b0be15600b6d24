// Facts of upstream's horizontal_test.go about limits, in tables of our own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Behavior, Rules } from '../types.ts';
import { type History, newHistory, type ScaleEvent, withScaling } from './history.ts';
import { normalize, type Wanted } from './normalize.ts';
import { downLimit, plainUpLimit, upLimit } from './rates.ts';
import { stabilized, stabilizedDown } from './stabilization.ts';

const NOW = 10_000_000;
const ago = (seconds: number) => NOW - seconds * 1000;
const events = (...list: [change: number, secondsAgo: number][]): ScaleEvent[] =>
  list.map(([change, seconds]) => ({ change, at: ago(seconds) }));
const history = (ups: ScaleEvent[] = [], downs: ScaleEvent[] = []): History => ({
  recommendations: [],
  ups,
  downs,
});
const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds });
const rules = (selectPolicy: string, ...policies: Rules['policies'] & object): Rules => ({
  selectPolicy,
  policies,
});

describe('the limit for scaling up', () => {
  const rows: [string, number, History, Rules, number][] = [
    ['a number of pods', 10, history(), rules('Max', pods(4)), 14],
    ['a percentage, rounded up', 5, history(), rules('Max', percent(10)), 6],
    ['the larger of two', 10, history(), rules('Max', pods(4), percent(100)), 20],
    ['the smaller of two', 10, history(), rules('Min', pods(4), percent(100)), 14],
    ['turned off', 10, history(), rules('Disabled', pods(4)), 10],
    ['what was added in the period counts', 10, history(events([3, 30])), rules('Max', pods(4)), 11],
    ['what was added before does not', 10, history(events([3, 60])), rules('Max', pods(4)), 14],
    ['what was taken away counts, too', 10, history([], events([2, 30])), rules('Max', pods(4)), 16],
    ['from no replicas, by percent', 0, history(), rules('Max', percent(100)), 0],
  ];
  for (const [name, current, before, given, limit] of rows)
    it(name, () => assert.equal(upLimit(current, before, given, NOW), limit));

  it('is twice the number of replicas without a behavior, and at least four', () => {
    assert.deepEqual([0, 1, 2, 3].map(plainUpLimit), [4, 4, 4, 6]);
  });
});

describe('the limit for scaling down', () => {
  const rows: [string, number, History, Rules, number][] = [
    ['a number of pods', 10, history(), rules('Max', pods(4)), 6],
    ['a percentage, rounded down', 5, history(), rules('Max', percent(10)), 4],
    ['the larger change of two', 10, history(), rules('Max', pods(4), percent(10)), 6],
    ['the smaller change of two', 10, history(), rules('Min', pods(4), percent(10)), 9],
    ['turned off', 10, history(), rules('Disabled', percent(100)), 10],
    ['what was taken away in the period counts', 10, history([], events([3, 30])), rules('Max', pods(4)), 9],
    ['all of them', 10, history(), rules('Max', percent(100)), 0],
  ];
  for (const [name, current, before, given, limit] of rows)
    it(name, () => assert.equal(downLimit(current, before, given, NOW), limit));
});

describe('stabilization', () => {
  const said = (...list: [replicas: number, secondsAgo: number][]) =>
    list.map(([replicas, seconds]) => ({ replicas, at: ago(seconds) }));

  it('without a behavior takes the highest recommendation within the window', () => {
    const { replicas, recommendations } = stabilizedDown(said([9, 301], [7, 300], [5, 10]), 3, 300_000, NOW);
    assert.equal(replicas, 7);
    assert.deepEqual(recommendations, said([7, 300], [5, 10], [3, 0]));
  });

  const rows: [string, ReturnType<typeof said>, number, number, [up: number, down: number], number][] = [
    ['up at once without a window', said([5, 10]), 5, 9, [0, 300], 9],
    ['up to the lowest within the window', said([6, 50], [8, 10]), 5, 9, [60, 300], 6],
    ['not down for one that was lower before', said([3, 50]), 5, 9, [60, 300], 5],
    ['down to the highest within the window', said([7, 200], [4, 10]), 8, 3, [0, 300], 7],
    ['down at once after the window', said([7, 301]), 8, 3, [0, 300], 3],
    ['neither up for one that was higher before', said([9, 200]), 8, 3, [0, 300], 8],
  ];
  for (const [name, before, current, desired, [up, down], replicas] of rows)
    it(name, () => {
      const windows = { upMs: up * 1000, downMs: down * 1000 };
      assert.equal(stabilized(before, current, desired, windows, NOW).replicas, replicas);
    });

  it('forgets what no window reaches', () => {
    const before = said([1, 400], [2, 200]);
    const { recommendations } = stabilized(before, 3, 3, { upMs: 0, downMs: 300_000 }, NOW);
    assert.deepEqual(recommendations, said([2, 200], [3, 0]));
  });
});

describe('normalization', () => {
  const UP: Rules = { stabilizationWindowSeconds: 0, ...rules('Max', pods(4, 15), percent(100, 15)) };
  const DOWN: Rules = rules('Max', percent(100, 15));
  const behavior: Behavior = { scaleUp: UP, scaleDown: DOWN } as Behavior;
  const wanted = (current: number, desired: number, more: Partial<Wanted> = {}): Wanted => ({
    ...{ current, desired, min: 2, max: 10, behavior: undefined, downscaleStabilizationMs: 300_000 },
    now: NOW,
    ...more,
  });
  const rows: [string, Wanted, History, [number, string, string, string]][] = [
    ['within the range', wanted(3, 4), history(), [4, 'ReadyForNewScale', 'False', 'DesiredWithinRange']],
    ['above the maximum', wanted(8, 12), history(), [10, 'ReadyForNewScale', 'True', 'TooManyReplicas']],
    ['below the minimum', wanted(3, 1), history(), [2, 'ReadyForNewScale', 'True', 'TooFewReplicas']],
    ['too fast', wanted(2, 9), history(), [4, 'ReadyForNewScale', 'True', 'ScaleUpLimit']],
    [
      'stabilized',
      wanted(5, 3),
      newHistory(5, ago(60)),
      [5, 'ScaleDownStabilized', 'False', 'DesiredWithinRange'],
    ],
    [
      'by a behavior: too fast',
      wanted(2, 9, { behavior }),
      history(events([2, 10])),
      [4, 'ReadyForNewScale', 'True', 'ScaleUpLimit'],
    ],
    [
      'by a behavior: more was added already',
      wanted(9, 10, { behavior }),
      history(events([8, 10])),
      [9, 'ReadyForNewScale', 'True', 'ScaleUpLimit'],
    ],
    [
      'by a behavior: above the maximum',
      wanted(8, 12, { behavior }),
      history(),
      [10, 'ReadyForNewScale', 'True', 'TooManyReplicas'],
    ],
    [
      'by a behavior: below the minimum',
      wanted(8, 1, { behavior }),
      history(),
      [2, 'ReadyForNewScale', 'True', 'TooFewReplicas'],
    ],
    [
      'by a behavior: down too fast',
      wanted(8, 1, {
        behavior: { ...behavior, scaleDown: rules('Max', pods(2)) as Behavior['scaleDown'] & object },
      }),
      history(),
      [6, 'ReadyForNewScale', 'True', 'ScaleDownLimit'],
    ],
    [
      'by a behavior: the window of the controller',
      wanted(5, 3, { behavior }),
      newHistory(4, ago(60)),
      [4, 'ScaleDownStabilized', 'False', 'DesiredWithinRange'],
    ],
    [
      'by a behavior: a window of its own for scaling up',
      wanted(5, 9, {
        behavior: { ...behavior, scaleUp: { ...UP, stabilizationWindowSeconds: 120 } } as Behavior,
      }),
      newHistory(6, ago(60)),
      [6, 'ScaleUpStabilized', 'False', 'DesiredWithinRange'],
    ],
  ];
  for (const [name, asked, before, [replicas, able, limited, reason]] of rows)
    it(name, () => {
      const { findings, ...result } = normalize(asked, before);
      assert.equal(result.replicas, replicas);
      assert.deepEqual(
        findings.map(({ type, status, reason }) => [type, status, reason]),
        [
          ['AbleToScale', 'True', able],
          ['ScalingLimited', limited, reason],
        ],
      );
    });

  it('remembers changes for as long as the longest policy needs them', () => {
    const before = history(events([1, 30], [2, 10]));
    const after = withScaling(before, { scaleUp: UP } as Behavior, 3, 7, NOW);
    assert.deepEqual(after.ups, events([2, 10], [4, 0]));
    const down = withScaling(before, { scaleDown: DOWN } as Behavior, 7, 3, NOW);
    assert.deepEqual(down.downs, events([4, 0]));
  });
});
