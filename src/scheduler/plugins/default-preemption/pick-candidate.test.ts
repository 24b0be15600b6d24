import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podInfo } from '../../cache/pod-info.ts';
import { aPod } from '../../testing/objects.fake.ts';
import { byImportance } from './importance.ts';
import { pickCandidate } from './pick-candidate.ts';
import type { Candidate } from './select-victims.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

/** Priority, and the hour at which the pod started; without one it has not. */
type Victim = readonly [priority: number, hour?: number];

const victim = ([priority, hour]: Victim) =>
  podInfo({
    ...aPod({ priority }),
    status: hour === undefined ? {} : { startTime: `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z` },
  });

const candidate = (node: string, victims: readonly Victim[], violations = 0): Candidate => ({
  node,
  victims: victims.map(victim).sort(byImportance(NOW)),
  violations,
});

interface Case {
  readonly title: string;
  readonly candidates: readonly Candidate[];
  readonly picked: string;
}

// In every case the later criteria speak for the other node.
const cases: readonly Case[] = [
  {
    title: 'the fewest victims against a disruption budget, before everything else',
    candidates: [
      candidate('a', [[1, 9]], 1),
      candidate(
        'b',
        [
          [50, 1],
          [50, 1],
          [50, 1],
        ],
        0,
      ),
    ],
    picked: 'b',
  },
  {
    title: 'fewer violations, even if there are some on both',
    candidates: [candidate('a', [[1], [1], [1]], 2), candidate('b', [[9], [9]], 1)],
    picked: 'b',
  },
  {
    title: 'the lowest of the highest priorities, before the sum',
    candidates: [
      candidate('a', [[10, 9]]),
      candidate('b', [
        [9, 1],
        [9, 1],
        [9, 1],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'the lowest sum of priorities, before the latest start',
    candidates: [
      candidate('a', [
        [10, 9],
        [8, 9],
      ]),
      candidate('b', [
        [10, 1],
        [7, 1],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'few victims of a negative priority rather than many, although the sum of the many is lower',
    candidates: [
      candidate('a', [
        [-5, 9],
        [-5, 9],
        [-5, 9],
      ]),
      candidate('b', [
        [-5, 1],
        [-5, 1],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'the fewest victims where the shifted priorities have one sum',
    candidates: [
      candidate('a', [
        [0, 9],
        [-(2 ** 30), 9],
        [-(2 ** 30), 9],
      ]),
      candidate('b', [
        [0, 1],
        [0, 1],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'the latest start of the victims of the highest priority; lower ones do not count',
    candidates: [
      candidate('a', [
        [10, 5],
        [1, 9],
      ]),
      candidate('b', [
        [10, 6],
        [1, 1],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'the latest of the earliest starts',
    candidates: [
      candidate('a', [
        [10, 3],
        [10, 9],
      ]),
      candidate('b', [
        [10, 4],
        [10, 5],
      ]),
    ],
    picked: 'b',
  },
  {
    title: 'a victim that has not started counts as started now',
    candidates: [candidate('a', [[10, 11]]), candidate('b', [[10]])],
    picked: 'b',
  },
  {
    title: 'the first one where nothing tells them apart',
    candidates: [candidate('a', [[10, 5]]), candidate('b', [[10, 5]])],
    picked: 'a',
  },
  { title: 'the only one', candidates: [candidate('a', [[1]], 1)], picked: 'a' },
];

describe('the node that loses its pods', () => {
  for (const { title, candidates, picked } of cases)
    it(title, () => assert.equal(pickCandidate(candidates, NOW)?.node, picked));

  it('is none where there are no candidates', () => assert.equal(pickCandidate([], NOW), undefined));
});
