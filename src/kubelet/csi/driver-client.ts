// One driver as the kubelet calls it: each call is measured and ends in time, and what the driver says about itself is asked once a minute
// at most. Upstream: pkg/volume/csi/csi_client.go, which asks before each call.
import type { CsiCaller } from '../../csi/caller.ts';
import { getPluginCapabilities } from '../../csi/messages/identity.ts';
import { type NodeCapability, nodeGetCapabilities } from '../../csi/messages/node.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Method } from '../../kit/grpc/client.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import type { CsiMetrics } from './csi-metrics.ts';

/** Upstream's csiTimeout. */
export const CALL_MS = 120_000;
/** A driver may be replaced by another version behind its socket, without registering again. */
const FRESH_MS = 60_000;

export interface DriverClientOptions {
  readonly name: string;
  /** Path of its socket; '' for a driver of this process. */
  readonly endpoint: string;
  readonly caller: CsiCaller;
  readonly clock: Clock;
  readonly metrics: CsiMetrics;
}

export class DriverClient {
  readonly name: string;
  readonly endpoint: string;
  readonly #options: DriverClientOptions;
  readonly #capabilities: Fresh<ReadonlySet<NodeCapability>>;
  readonly #controller: Fresh<boolean>;

  constructor(options: DriverClientOptions) {
    this.#options = options;
    this.name = options.name;
    this.endpoint = options.endpoint;
    this.#capabilities = new Fresh(() => this.#nodeCapabilities(), options.clock);
    this.#controller = new Fresh(() => this.#asksForController(), options.clock);
  }

  /** Throws GrpcError. */
  async call<Req, Res>(method: Method<Req, Res>, request: Req, timeout: number = CALL_MS): Promise<Res> {
    const { name, caller, clock, metrics } = this.#options;
    const began = clock.monotonic();
    let failure: unknown;
    const over = new AbortController();
    const late = clock.sleep(timeout, over.signal).then(() => {
      throw new GrpcError('deadlineExceeded', 'context deadline exceeded');
    });
    try {
      return await Promise.race([caller.unary(method, request, { timeout }), late]);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      late.catch(() => {});
      over.abort();
      metrics.called(name, method.path, failure, clock.monotonic() - began);
    }
  }

  async has(capability: NodeCapability): Promise<boolean> {
    return (await this.#capabilities.get()).has(capability);
  }

  hasController(): Promise<boolean> {
    return this.#controller.get();
  }

  async #nodeCapabilities(): Promise<ReadonlySet<NodeCapability>> {
    const { capabilities } = await this.call(nodeGetCapabilities, {});
    return new Set(capabilities.flatMap(({ rpc }) => (rpc ? [rpc.type] : [])));
  }

  async #asksForController(): Promise<boolean> {
    const { capabilities } = await this.call(getPluginCapabilities, {});
    return capabilities.some(({ service }) => service?.type === 'CONTROLLER_SERVICE');
  }
}

/** An answer that is kept for a while; failures are not. */
class Fresh<T> {
  readonly #ask: () => Promise<T>;
  readonly #clock: Clock;
  #answer: { readonly value: Promise<T>; readonly until: number } | undefined;

  constructor(ask: () => Promise<T>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  get(): Promise<T> {
    const now = this.#clock.monotonic();
    if (this.#answer && now < this.#answer.until) return this.#answer.value;
    const value = this.#ask();
    const answer = { value, until: now + FRESH_MS };
    this.#answer = answer;
    value.catch(() => {
      if (this.#answer === answer) this.#answer = undefined;
    });
    return value;
  }
}
