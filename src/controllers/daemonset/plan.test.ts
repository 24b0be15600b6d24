import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aDaemonSet } from '../../sim/objects/workloads.ts';
import { REVISION_HASH } from '../framework/history/revisions.ts';
import { planNodes, planRollout, podsByNode } from './plan.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const READY = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];

/** `old` or `new` on a node, ready unless it says otherwise; of several the first is the oldest. */
function pod(text: string, place: number): Pod {
  const [node = '', hash = '', state = ''] = text.split(' ');
  const metadata = {
    labels: { [REVISION_HASH]: hash },
    creationTimestamp: `2026-01-01T00:00:0${place}Z`,
    ...(state === 'leaving' && { deletionTimestamp: '2026-01-01T01:00:30Z' }),
  };
  const status = { phase: 'Running' as const, conditions: state === 'unready' ? [] : READY };
  return { ...aPod(text.replaceAll(' ', '-'), { nodeName: node }, metadata), status };
}

const surging = (maxSurge: number | string) =>
  ({ type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable: 0 } }) as const;

const input = (pods: string[], more: { nodes?: Node[]; maxSurge?: number | string } = {}) => ({
  set: aDaemonSet('agent', { updateStrategy: surging(more.maxSurge ?? 1) }),
  nodes: more.nodes ?? ['a', 'b', 'c'].map((name) => aNode(name)),
  byNode: podsByNode(pods.map(pod)),
  hash: 'new',
  now: NOW,
});
const names = (pods: readonly Readonly<Pod>[]) => pods.map(({ metadata }) => metadata.name);

describe('with maxSurge', () => {
  it('a node gets the next pod although the last is still leaving', () => {
    const plan = planNodes(input(['a new leaving', 'b new', 'c new']));
    assert.deepEqual([plan.create, plan.remove], [['a'], []]);
  });

  it('of the pods on a node an old and a new one stay, while only the old one is available', () => {
    const both = ['a old', 'a new unready', 'b new', 'c new'];
    assert.deepEqual(planNodes(input(both)).remove, []);
    const three = planNodes(input([...both, 'a old unready'])).remove;
    assert.deepEqual(names(three), ['a-old-unready']);
    assert.deepEqual(names(planNodes(input(['a old', 'a new', 'b new', 'c new'])).remove), ['a-old']);
    const neither = ['a old unready', 'a new unready', 'b new', 'c new'];
    assert.deepEqual(names(planNodes(input(neither)).remove), ['a-old-unready']);
  });

  it('as many new pods are made beside available old ones as maxSurge says', () => {
    const create = (pods: string[], maxSurge: number | string = 1) =>
      planRollout(input(pods, { maxSurge })).create;
    assert.deepEqual(create(['a old', 'b old', 'c old']), ['a']);
    assert.deepEqual(create(['a old', 'b old', 'c old'], '50%'), ['a', 'b']);
    assert.deepEqual(create(['a old', 'a new unready', 'b old', 'c old']), []);
    assert.deepEqual(create(['a old', 'a new unready', 'b old unready', 'c old']), ['b']);
  });

  it('the old pod of a node that no longer fits stays until enough others are available', () => {
    const fits = ['a', 'b'].map((name) => aNode(name));
    const unfit = aNode('c', {}, { taints: [{ key: 'no', effect: 'NoSchedule' }] });
    const remove = (pods: string[]) => names(planRollout(input(pods, { nodes: [...fits, unfit] })).remove);
    assert.deepEqual(remove(['a new', 'b new', 'c old']), ['c-old']);
    assert.deepEqual(remove(['a new', 'b new unready', 'c old']), []);
    assert.deepEqual(remove(['a new', 'b new unready', 'c old unready']), ['c-old-unready']);
  });
});

describe('without maxSurge', () => {
  const replacing = (pods: string[]) => ({ ...input(pods), set: aDaemonSet('agent') });

  it('a node waits until its pod is gone', () => {
    const plan = planNodes(replacing(['a new leaving', 'b new', 'c new']));
    assert.deepEqual([plan.create, plan.remove], [[], []]);
  });

  it('a pod that is bound is kept before one that is not', () => {
    const [unbound, bound] = [pod('a new unready', 1), pod('a new', 2)];
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['a'] }] },
          ],
        },
      },
    };
    const { nodeName: _, ...spec } = unbound.spec!;
    const byNode = podsByNode([{ ...unbound, spec: { ...spec, affinity } }, bound]);
    const plan = planNodes({ ...replacing([]), nodes: [aNode('a')], byNode });
    assert.deepEqual(names(plan.remove), ['a-new-unready']);
  });
});
