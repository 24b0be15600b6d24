// The process of the controllers ends after each of its steps, writes and calls of the driver alike, and another takes over.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import type { Client } from '../../client/client.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aClaim, aClass } from '../../sim/objects/storage.ts';
import { FakeDriver } from '../csi/driver.fake.ts';
import { addNode, contextIn, DRIVER } from '../csi/scene.fake.ts';
import { runController } from '../framework/loop.ts';
import { createCsiProvisioner } from './controller.ts';

const WRITES = new Set<PropertyKey>(['create', 'update', 'patch', 'delete', 'post']);

/** A process that ends with its step of number `last`: before it, or after it was carried out but before its answer came. */
class Process {
  steps = 0;
  readonly #last: number;
  readonly #isCarriedOut: boolean;

  constructor(last: number, isCarriedOut: boolean) {
    this.#last = last;
    this.#isCarriedOut = isCarriedOut;
  }

  async step<T>(act: () => Promise<T>): Promise<T> {
    const number = ++this.steps;
    if (number < this.#last) return act();
    if (number === this.#last && this.#isCarriedOut) await act().catch(() => {});
    return new Promise(() => {});
  }

  client(client: Client): Client {
    return new Proxy(client, {
      get: (target, name: keyof Client) => {
        const method = target[name] as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => {
          const act = () => method.apply(target, args);
          return WRITES.has(name) ? this.step(act) : act();
        };
      },
    });
  }

  caller(caller: CsiCaller): CsiCaller {
    return { unary: (...args) => this.step(() => caller.unary(...args)) };
  }
}

async function run(cluster: SimCluster, driver: FakeDriver, process: Process) {
  const context = contextIn(cluster, 'csi-provisioner', (client) => process.client(client));
  const callerOf = (node: string) => process.caller(driver.on(node));
  const running = runController(
    { name: 'csi-provisioner', ...createCsiProvisioner(context, { callerOf }) },
    context,
  );
  await running.started;
  await cluster.settle();
  return () => {
    // A process that has ended does not wait for its work.
    void running.stop();
    context.informers.stop();
  };
}

const UNENDING = Number.POSITIVE_INFINITY;

for (const isCarriedOut of [false, true])
  for (const what of ['made', 'deleted'] as const)
    it(`a volume is ${what} once, whichever step ${isCarriedOut ? 'has no answer' : 'is not taken'}`, async (t) => {
      for (let last = 1, ended = true; ended; last++) {
        const driver = new FakeDriver();
        const controllers = ['persistentvolume-binder-controller', 'persistentvolume-protection-controller'];
        const cluster = await simCluster({ controllers }, t);
        await addNode(cluster, 'n1');
        const own = { provisioner: DRIVER, volumeBindingMode: 'Immediate' as const };
        await cluster.client.create(StorageClass, aClass('fast', own));
        const remove = async () => {
          await cluster.client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', {
            metadata: { finalizers: null },
          });
          await cluster.client.delete(PersistentVolumeClaim, 'c', 'default');
        };
        const first = new Process(what === 'made' ? last : UNENDING, isCarriedOut);
        let end = await run(cluster, driver, first);
        const { metadata } = await cluster.client.create(
          PersistentVolumeClaim,
          aClaim('c', { storageClassName: 'fast' }),
        );
        await cluster.settle();
        const second = new Process(what === 'made' ? UNENDING : last, isCarriedOut);
        end();
        end = await run(cluster, driver, second);
        await cluster.step(2_000);
        assert.deepEqual([...driver.volumes.keys()], [`pvc-${metadata.uid}`]);
        const claim = await cluster.client.get(PersistentVolumeClaim, 'c', 'default');
        assert.deepEqual(
          [claim.status?.phase, (await cluster.client.list(PersistentVolume)).items.length],
          ['Bound', 1],
        );
        await remove();
        await cluster.settle();
        end();
        end = await run(cluster, driver, new Process(UNENDING, false));
        await cluster.step(2_000);
        assert.deepEqual([driver.volumes.size, (await cluster.client.list(PersistentVolume)).items], [0, []]);
        end();
        ended = (what === 'made' ? first : second).steps >= last;
      }
    });
