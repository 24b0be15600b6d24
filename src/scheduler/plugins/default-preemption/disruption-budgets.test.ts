import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { podInfo } from '../../cache/pod-info.ts';
import { aPod } from '../../testing/objects.fake.ts';
import { DisruptionBudgets } from './disruption-budgets.ts';

type Labels = Record<string, string>;

interface BudgetSettings {
  readonly namespace?: string;
  readonly matchLabels?: Labels;
  readonly disrupted?: readonly string[];
}

function budget(allowed: number, { namespace = 'd', matchLabels, disrupted = [] }: BudgetSettings) {
  const disruptedPods = Object.fromEntries(disrupted.map((name) => [name, '2026-01-01T00:00:00Z']));
  const result: PodDisruptionBudget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'b', namespace },
    spec: { ...(matchLabels && { selector: { matchLabels } }) },
    status: {
      ...{ currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 },
      disruptionsAllowed: allowed,
      disruptedPods,
    },
  };
  return result;
}

const pod = (name: string, labels: Labels = { app: 'a' }) =>
  podInfo({ ...aPod({}, labels), metadata: { name, namespace: 'd', uid: name, labels } });

const a = { matchLabels: { app: 'a' } };

interface Case {
  readonly title: string;
  readonly budgets: readonly PodDisruptionBudget[];
  readonly pods?: readonly ReturnType<typeof pod>[];
  readonly violating: readonly string[];
}

const cases: readonly Case[] = [
  { title: 'no budget allows everything', budgets: [], violating: [] },
  {
    title: 'a budget without disruptions left allows none',
    budgets: [budget(0, a)],
    violating: ['1', '2', '3'],
  },
  { title: 'the first pods use up what is allowed', budgets: [budget(2, a)], violating: ['3'] },
  { title: 'the strictest budget decides', budgets: [budget(3, a), budget(1, a)], violating: ['2', '3'] },
  { title: 'a budget of another namespace', budgets: [budget(0, { ...a, namespace: 'e' })], violating: [] },
  { title: 'a budget for other labels', budgets: [budget(0, { matchLabels: { app: 'b' } })], violating: [] },
  {
    title: 'a budget with an empty selector applies to no pod',
    budgets: [budget(0, { matchLabels: {} })],
    violating: [],
  },
  { title: 'nor does one without a selector', budgets: [budget(0, {})], violating: [] },
  {
    title: 'a pod whose eviction has been granted costs nothing more',
    budgets: [budget(1, { ...a, disrupted: ['1'] })],
    violating: ['3'],
  },
  {
    title: 'a pod without labels matches no budget',
    budgets: [budget(0, a)],
    pods: [pod('1', {}), pod('2')],
    violating: ['2'],
  },
];

describe('disruption budgets', () => {
  for (const { title, budgets, pods = [pod('1'), pod('2'), pod('3')], violating } of cases)
    it(title, () => {
      const split = new DisruptionBudgets(() => budgets).refresh().split(pods);
      assert.deepEqual(
        split.violating.map(({ uid }) => uid),
        violating,
      );
      const rest = pods.filter(({ uid }) => !violating.includes(uid));
      assert.deepEqual(split.allowed, rest);
    });

  it('have another version for the pods of a namespace when what they allow changes, and for no others', () => {
    let read: readonly PodDisruptionBudget[] = [];
    const budgets = new DisruptionBudgets(() => read);
    const other = podInfo({ ...aPod(), metadata: { name: 'o', namespace: 'e', uid: 'o' } });
    const now = (...all: PodDisruptionBudget[]) => {
      read = all;
      return [pod('1'), other].map((one) => budgets.refresh().versionFor([one]));
    };
    const [before, elsewhere] = now(budget(1, a));
    const same = { ...budget(1, a), metadata: { name: 'b', namespace: 'd', resourceVersion: '2' } };
    assert.deepEqual(now(same), [before, elsewhere]);
    const versions = new Set([before]);
    for (const all of [
      [budget(0, a)],
      [budget(0, { matchLabels: { app: 'b' } })],
      [budget(0, a), budget(1, a)],
      [],
    ]) {
      const [version, stays] = now(...all);
      assert.ok(!versions.has(version));
      assert.equal(stays, elsewhere);
      versions.add(version);
    }
    assert.deepEqual(budgets.split([pod('1')]).violating, []);
  });
});
