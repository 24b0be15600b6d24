import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TopologySpreadConstraint } from '../../../kinds/core/v1/affinity.ts';
import { validateTopologySpread } from './topology-spread.ts';

const cases: {
  title: string;
  constraint: Partial<TopologySpreadConstraint>;
  expected: string[];
}[] = [
  { title: 'a plain constraint is valid', constraint: {}, expected: [] },
  {
    title: 'numbers are positive',
    constraint: { maxSkew: 0, minDomains: 0 },
    expected: [
      's[0].maxSkew: Invalid value: 0: must be greater than zero',
      's[0].minDomains: Invalid value: 0: must be greater than zero',
    ],
  },
  {
    title: 'the number of domains counts only for what must be met',
    constraint: { minDomains: 2, whenUnsatisfiable: 'ScheduleAnyway' },
    expected: [
      's[0].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
    ],
  },
  {
    title: 'the topology key may have any form',
    constraint: { topologyKey: 'not a label/name' },
    expected: [],
  },
  {
    title: 'the topology key is required',
    constraint: { topologyKey: '' },
    expected: ['s[0].topologyKey: Required value: can not be empty'],
  },
  {
    title: 'policies are known',
    constraint: { nodeAffinityPolicy: 'Ignore', nodeTaintsPolicy: 'honor' as 'Honor' },
    expected: ['s[0].nodeTaintsPolicy: Unsupported value: "honor": supported values: "Honor", "Ignore"'],
  },
  {
    title: 'label keys need a selector',
    constraint: { matchLabelKeys: ['a'] },
    expected: ['s[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set'],
  },
  {
    title: 'label keys are names',
    constraint: { matchLabelKeys: ['a', '/b'], labelSelector: {} },
    expected: ['s[0].matchLabelKeys[1]: Invalid value: "/b": prefix part must be non-empty'],
  },
  {
    title: 'a key that was merged into the selector stands there once',
    constraint: {
      matchLabelKeys: ['a'],
      labelSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }] },
    },
    expected: [],
  },
  {
    title: 'a key that the selector had before',
    constraint: {
      matchLabelKeys: ['b', 'a'],
      labelSelector: {
        matchLabels: { a: '1' },
        matchExpressions: [{ key: 'a', operator: 'In', values: ['1'] }],
      },
    },
    expected: ['s[0][1]: Invalid value: "a": exists in both matchLabelKeys and labelSelector'],
  },
];

for (const { title, constraint, expected } of cases)
  test(`topology spread: ${title}`, () => {
    const plain = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' } as const;
    assert.deepEqual(
      validateTopologySpread([{ ...plain, ...constraint }], 's').map((e) => `${e.field}: ${e.message}`),
      expected,
    );
  });
