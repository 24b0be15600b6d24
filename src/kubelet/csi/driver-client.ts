// One driver as the kubelet calls it: each call is measured and ends in time, and what the driver says about itself is asked once.
// Upstream: pkg/volume/csi/csi_client.go.
import type { CsiCaller } from '../../csi/caller.ts';
import { getPluginCapabilities } from '../../csi/messages/identity.ts';
import { type NodeCapability, nodeGetCapabilities } from '../../csi/messages/node.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Method } from '../../kit/grpc/client.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import type { CsiMetrics } from './csi-metrics.ts';

/** Upstream's csiTimeout. */
export const CALL_MS = 120_000;

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
  #capabilities: Promise<ReadonlySet<NodeCapability>> | undefined;
  #hasController: Promise<boolean> | undefined;

  constructor(options: DriverClientOptions) {
    this.#options = options;
    this.name = options.name;
    this.endpoint = options.endpoint;
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
    this.#capabilities ??= this.#nodeCapabilities().catch((error: unknown) => {
      this.#capabilities = undefined;
      throw error;
    });
    return (await this.#capabilities).has(capability);
  }

  hasController(): Promise<boolean> {
    this.#hasController ??= this.#asksForController().catch((error: unknown) => {
      this.#hasController = undefined;
      throw error;
    });
    return this.#hasController;
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
