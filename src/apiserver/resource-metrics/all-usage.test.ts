import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { usageOfAll } from './all-usage.ts';
import type { Point, Reading } from './reading.ts';
import { Samples } from './samples.ts';

/** As much of a resource as is read here. */
const holding = <T extends Node | Pod>(...objects: T[]): StoredResource<T> => {
  const items = () =>
    objects.map((object) => ({ name: object.metadata.name, namespace: object.metadata.namespace, object }));
  return { cache: { items } } as object as StoredResource<T>;
};

it('all nodes and all running pods are measured, in cores and bytes; a pod is the sum of its containers', async () => {
  const clock = new SteppedClock();
  const began = clock.now();
  const read = async (): Promise<Reading> => {
    const at = clock.now();
    const point = (cores: number, memory: number): Point => ({
      ...{ at, cpu: (cores * (at - began)) / 1000, memory, startedAt: began },
    });
    const web = new Map([
      ['main', point(0.5, 100)],
      ['side', point(0.25, 20)],
    ]);
    return { node: point(2, 1000), pods: new Map([['default/web', web]]) };
  };
  const running = (name: string): Pod => ({
    ...aBoundPod(name, { nodeName: 'n1' }),
    status: { phase: 'Running' },
  });
  const samples = new Samples({ read, clock, log: silentLogger });
  const asked = usageOfAll({
    nodes: holding(aNode('n1')),
    pods: holding(running('web'), running('new'), { ...running('done'), status: { phase: 'Succeeded' } }),
    ...{ samples, clock },
  });
  await clock.step(2_000);
  const { nodes, pods } = await asked;
  samples.stop();
  assert.deepEqual([...nodes], [['n1', { cpu: 2, memory: 1000 }]]);
  assert.deepEqual([...pods], [['default/web', { cpu: 0.75, memory: 120 }]]);
});
