// A process of controllers that ends after one of its steps, writes and calls of the driver alike: for tests of what its successor does.
import type { Client } from '../../client/client.ts';
import type { CsiCaller } from '../../csi/caller.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { runController } from '../framework/loop.ts';
import type { FakeDriver } from './driver.fake.ts';
import type { CsiSettings } from './drivers.ts';
import type { Loaded } from './on-demand.ts';
import { contextIn } from './scene.fake.ts';

const WRITES = new Set<PropertyKey>(['create', 'update', 'patch', 'delete', 'post']);

/** A process that ends with its step of number `last`: before it, or after it was carried out but before its answer came. */
export class Process {
  steps = 0;
  readonly #last: number;
  readonly #isCarriedOut: boolean;

  /** Without an end when left out. */
  constructor(last = Number.POSITIVE_INFINITY, isCarriedOut = false) {
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

/** Runs the controller of that account in the process; returns what leaves it behind. */
export async function runIn(
  process: Process,
  cluster: SimCluster,
  driver: FakeDriver,
  account: string,
  create: (context: ControllerContext, settings: CsiSettings) => Loaded,
): Promise<() => void> {
  const context = contextIn(cluster, account, (client) => process.client(client));
  const callerOf = (node: string) => process.caller(driver.on(node));
  const running = runController({ name: account, ...create(context, { callerOf }) }, context);
  await running.started;
  await cluster.settle();
  return () => {
    // A process that has ended does not wait for its work.
    void running.stop();
    context.informers.stop();
  };
}
