import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { rfc3339 } from '../../../kit/clock.ts';
import { podsOnSameNode, podsToDelete } from './deletion-order.ts';

const NOW = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const ago = (ms: number) => rfc3339(NOW - ms);

interface Traits {
  readonly node?: string;
  readonly phase?: 'Pending' | 'Running';
  readonly readyFor?: number;
  readonly cost?: string;
  readonly restarts?: number;
  readonly age?: number;
}

/** A pod on a node of its own that runs, is ready and is two hours old, but for what is said. */
function pod(name: string, traits: Traits = {}): Pod {
  const {
    node = name,
    phase = 'Running',
    readyFor = HOUR_MS,
    cost,
    restarts = 0,
    age = 2 * HOUR_MS,
  } = traits;
  const annotations: Record<string, string> =
    cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': cost };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', uid: name, creationTimestamp: ago(age), annotations },
    spec: { ...(node && { nodeName: node }), containers: [{ name: 'c', image: 'i' }] },
    status: {
      phase,
      conditions: [
        readyFor > 0
          ? { type: 'Ready', status: 'True', lastTransitionTime: ago(readyFor) }
          : { type: 'Ready', status: 'False' },
      ],
      containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: true, restartCount: restarts }],
    },
  };
}

const firstOf = (...pods: Pod[]) =>
  podsToDelete(pods, 1, podsOnSameNode(pods), NOW).map(({ metadata }) => metadata.name);

describe('pods are deleted first', () => {
  const usual = pod('usual');
  const rules: Record<string, Pod> = {
    'that have no node': pod('other', { node: '' }),
    'that are pending': pod('other', { phase: 'Pending' }),
    'that are not ready': pod('other', { readyFor: 0 }),
    'whose deletion costs less': pod('other', { cost: '-1' }),
    'that became ready much later': pod('other', { readyFor: 60_000 }),
    'that have restarted more often': pod('other', { restarts: 1 }),
    'that are much younger': pod('other', { age: HOUR_MS / 2 }),
    'of two that are alike, those whose uid comes first': pod('alike', { age: 2 * HOUR_MS + 1_000 }),
  };
  for (const [rule, other] of Object.entries(rules))
    it(rule, () => {
      assert.deepEqual(firstOf(usual, other), [other.metadata.name]);
      assert.deepEqual(firstOf(other, usual), [other.metadata.name]);
    });

  it('that share their node with most others', () => {
    const crowded = [pod('a', { node: 'n' }), pod('b', { node: 'n' })];
    assert.deepEqual(firstOf(usual, ...crowded), ['a']);
  });

  it('and each is looked at once, however many there are', () => {
    const pods = Array.from({ length: 1_000 }, (_, i) => pod(`p${i}`, { restarts: (i * 7) % 1_000 }));
    let looks = 0;
    const chosen = podsToDelete(pods, 2, () => ++looks && 0, NOW);
    assert.equal(looks, pods.length);
    assert.deepEqual(
      chosen.map(({ status }) => status?.containerStatuses?.[0]?.restartCount),
      [999, 998],
    );
  });
});
