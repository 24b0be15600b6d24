import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { podInfo } from '../cache/pod-info.ts';
import { Framework } from '../framework/framework.ts';
import { defaultProfile } from '../profile.ts';
import { cacheOf, place } from '../testing/cache.fake.ts';
import { aNode, aPod, requesting } from '../testing/objects.fake.ts';
import { sourcesOf } from '../testing/sources.fake.ts';
import { type Budget, judgeNodes } from './judge-nodes.ts';

interface Scene {
  readonly pod: Pod;
  /** Of nodes that are full. */
  readonly nodes: number;
  readonly budget?: Partial<Budget>;
  /** How much time passes each time that somebody looks at the clock. */
  readonly msPerLook?: number;
  /** The pod waits no longer after so many turns. */
  readonly goneAfter?: number;
  /** Called at every turn. */
  readonly meanwhile?: (cache: ReturnType<typeof cacheOf>) => void;
}

async function judge(scene: Scene) {
  const { pod, nodes: count, budget, msPerLook = 0, meanwhile, goneAfter = Number.POSITIVE_INFINITY } = scene;
  const cache = cacheOf(Array.from({ length: count }, (_, i) => aNode(`n${i}`)));
  for (let i = 0; i < count; i++) place(cache, requesting({ cpu: '2' }), `n${i}`);
  let [now, turns] = [0, 0];
  const clock = {
    monotonic: () => {
      now += msPerLook;
      return now;
    },
    turn: async () => {
      turns++;
      meanwhile?.(cache);
    },
  };
  const framework = new Framework(defaultProfile(sourcesOf(cache)), new SteppedClock());
  let prepared = 0;
  const run = framework.runPreFilterPlugins.bind(framework);
  framework.runPreFilterPlugins = (...call) => {
    prepared++;
    return run(...call);
  };
  const judged = await judgeNodes({
    ...{ framework, nodes: cache, clock, pod: () => (turns > goneAfter ? undefined : podInfo(pod)) },
    ...(budget && { budget }),
  });
  return { judged, turns, prepared };
}

const pod = requesting({ cpu: '1' });

describe('judging all nodes', () => {
  it('gives every node its verdict', async () => {
    const { judged } = await judge({ pod, nodes: 3 });
    assert.ok('verdicts' in judged);
    assert.deepEqual([judged.total, judged.judged, judged.fit], [3, 3, 0]);
    assert.deepEqual(
      judged.verdicts.map(({ node, rejections }) => [node, rejections[0]?.plugin]),
      [0, 1, 2].map((i) => [`n${i}`, 'NodeResourcesFit']),
    );
  });

  it('rests after every slice of 5 ms', async () => {
    const { judged, turns, prepared } = await judge({ pod, nodes: 40, msPerLook: 2 });
    assert.ok('verdicts' in judged);
    assert.equal(judged.judged, 40);
    assert.equal(prepared, 1, 'nothing has changed');
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('judges after a rest by what the cluster has become', async () => {
    const meanwhile = (cache: ReturnType<typeof cacheOf>) => cache.removeNode('n39');
    const { judged, turns, prepared } = await judge({ pod, nodes: 40, msPerLook: 2, meanwhile });
    assert.ok('verdicts' in judged);
    assert.deepEqual([judged.total, judged.judged], [40, 39]);
    assert.equal(prepared, turns + 1);
  });

  it('stops at its number of nodes, and when its time is over', async () => {
    const few = await judge({ pod, nodes: 5, budget: { nodes: 2 } });
    assert.ok('verdicts' in few.judged);
    assert.deepEqual([few.judged.total, few.judged.judged], [5, 2]);
    const short = await judge({ pod, nodes: 400, msPerLook: 5, budget: { ms: 100 } });
    assert.ok('verdicts' in short.judged);
    assert.ok(short.judged.judged > 0 && short.judged.judged < 50, `${short.judged.judged} nodes`);
  });

  it('ends when the pod waits no longer', async () => {
    const { turns, judged } = await judge({ pod, nodes: 400, msPerLook: 2, goneAfter: 2 });
    assert.equal(turns, 3);
    assert.ok('verdicts' in judged && judged.judged < 400);
  });

  it('leaves details out of an answer that would be too large, never reasons', async () => {
    const { judged } = await judge({ pod, nodes: 3, budget: { details: 2 } });
    assert.ok('verdicts' in judged);
    const counts = judged.verdicts.map(({ rejections }) => rejections[0]?.obstacles.length);
    assert.deepEqual(counts, [1, 1, 0]);
    assert.deepEqual(judged.verdicts[2]?.rejections[0]?.reasons, ['Insufficient cpu']);
  });

  it('gives the answer of a PreFilter that rejects the pod for all nodes', async () => {
    const conflicting = aPod({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchFields: ['n0', 'n1'].map((name) => ({
                  key: 'metadata.name',
                  operator: 'In' as const,
                  values: [name],
                })),
              },
            ],
          },
        },
      },
    });
    const { judged } = await judge({ pod: conflicting, nodes: 2 });
    assert.deepEqual(judged, {
      plugin: 'NodeAffinity',
      code: 'UnschedulableAndUnresolvable',
      reasons: ['pod affinity terms conflict'],
      obstacles: [],
    });
  });

  it('says of nodes that PreFilter left out which plugin did', async () => {
    const bound = aPod({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['n0'] }] },
            ],
          },
        },
      },
    });
    const { judged } = await judge({ pod: bound, nodes: 2 });
    assert.ok('verdicts' in judged);
    assert.deepEqual(judged.verdicts[1]?.rejections, [
      {
        plugin: 'NodeAffinity',
        code: 'UnschedulableAndUnresolvable',
        reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
        obstacles: [],
      },
    ]);
  });
});
