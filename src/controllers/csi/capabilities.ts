// What a driver can do, asked once for all its claims. Asked again when it registers anew (a new version can do more) and after a while.
// Called by drivers.ts.
import type { CsiCaller } from '../../csi/caller.ts';
import { type ControllerCapability, controllerGetCapabilities } from '../../csi/messages/controller.ts';
import { getPluginCapabilities } from '../../csi/messages/identity.ts';
import type { Clock } from '../../kit/clock.ts';

const FRESH_MS = 300_000;

export interface Capabilities {
  readonly hasController: boolean;
  /** Volumes are not reached from every node. */
  readonly hasTopology: boolean;
  readonly controller: ReadonlySet<ControllerCapability>;
  /** Volumes can be expanded; without EXPAND_VOLUME, by their nodes alone. */
  readonly expands: boolean;
}

const NONE: Capabilities = {
  hasController: false,
  hasTopology: false,
  controller: new Set(),
  expands: false,
};

interface Known {
  readonly capabilities: Promise<Capabilities>;
  readonly until: number;
}

export class CapabilityCache {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #known = new Map<string, Known>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Throws GrpcError when the driver cannot be asked now. */
  of(driver: string, caller: CsiCaller): Promise<Capabilities> {
    const now = this.#clock.monotonic();
    const known = this.#known.get(driver);
    if (known && known.until > now) return known.capabilities;
    const entry: Known = { capabilities: ask(caller), until: now + FRESH_MS };
    this.#known.set(driver, entry);
    entry.capabilities.catch(() => this.#forget(driver, entry));
    return entry.capabilities;
  }

  forget(driver: string): void {
    this.#known.delete(driver);
  }

  #forget(driver: string, entry: Known): void {
    if (this.#known.get(driver) === entry) this.#known.delete(driver);
  }
}

/** Both at once: the first claim waits for them. */
async function ask(caller: CsiCaller): Promise<Capabilities> {
  const [plugin, controller] = await Promise.allSettled([
    caller.unary(getPluginCapabilities, {}),
    caller.unary(controllerGetCapabilities, {}),
  ]);
  if (plugin.status === 'rejected') throw plugin.reason;
  const { capabilities } = plugin.value;
  const services = new Set(capabilities.map(({ service }) => service?.type));
  // Without the service the other call fails, whatever it says.
  if (!services.has('CONTROLLER_SERVICE')) return NONE;
  if (controller.status === 'rejected') throw controller.reason;
  return {
    hasController: true,
    hasTopology: services.has('VOLUME_ACCESSIBILITY_CONSTRAINTS'),
    expands: capabilities.some(({ volumeExpansion }) => volumeExpansion),
    controller: new Set(controller.value.capabilities.flatMap(({ rpc }) => (rpc ? [rpc.type] : []))),
  };
}
