import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { conflict } from '../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aConfigMap } from '../../sim/objects/config-map.ts';
import { type Enqueue, watch } from '../framework/controller.ts';
import { type RunningController, runController } from '../framework/loop.ts';
import { FIRST_OBJECT, onceThereIsADriver } from './on-demand.ts';
import { addNode, contextIn } from './scene.fake.ts';

let cluster: SimCluster;
let steps: string[];
let running: RunningController;
/** What handling a key throws, once. */
let failing: Error | undefined;

describe('a controller that is loaded on demand', () => {
  beforeEach(async () => {
    steps = [];
    failing = undefined;
    cluster = await simCluster();
    const context = contextIn(cluster, 'csi-provisioner');
    const maps = context.informers.informer(ConfigMap);
    const own = (map: Readonly<ConfigMap>) => (map.metadata.namespace === 'default' ? [keyOf(map)] : []);
    const again = {
      informer: maps,
      attach: (enqueue: Enqueue) => {
        for (const key of maps.lister.list().flatMap(own)) enqueue(key);
        return () => {};
      },
    };
    const demand = {
      needs: () => {
        steps.push('watches');
        return [watch(maps, (map) => (own(map).length > 0 ? [FIRST_OBJECT] : []))];
      },
      load: async () => {
        steps.push('is loaded');
        return {
          watches: [watch(maps, own), again],
          reconcile: async (key: string) => {
            steps.push(key);
            const error = failing;
            failing = undefined;
            if (error) throw error;
            return undefined;
          },
        };
      },
    };
    running = runController(
      onceThereIsADriver(context, { name: 'c', backoff: { base: 60_000, cap: 60_000 } }, demand),
      context,
    );
    await running.started;
  });
  afterEach(async () => {
    await running.stop();
    await cluster.stop();
  });
  const add = async (name: string) => {
    await cluster.client.create(ConfigMap, aConfigMap(name));
    await cluster.settle();
  };

  it('does nothing without a driver, and next to nothing without work', async () => {
    await add('a');
    assert.deepEqual(steps, []);
    await cluster.client.delete(ConfigMap, 'a', 'default');
    await addNode(cluster, 'n1');
    assert.deepEqual(steps, ['watches']);
  });

  it('is loaded with the first work, and once', async () => {
    await addNode(cluster, 'n1');
    await add('a');
    await add('b');
    await addNode(cluster, 'n2');
    assert.deepEqual(steps, ['watches', 'is loaded', 'default/a', 'default/b']);
  });

  it('repeats soon what somebody else was in the way of, and other failures after a while', async () => {
    await addNode(cluster, 'n1');
    failing = conflict({ resource: 'configmaps' }, 'a', 'changed');
    await add('a');
    await cluster.step(100);
    failing = new Error('no');
    await add('b');
    await cluster.step(1_000);
    assert.deepEqual(steps.slice(2), ['default/a', 'default/a', 'default/b']);
    await cluster.step(60_000);
    assert.deepEqual(steps.slice(5), ['default/b']);
  });

  it('handles nothing any more when it is stopped', async () => {
    await addNode(cluster, 'n1');
    await add('a');
    await running.stop();
    await add('b');
    assert.deepEqual(steps.slice(2), ['default/a']);
  });
});
