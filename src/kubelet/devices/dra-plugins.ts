// DRA drivers that have registered: the plugins of type DRAPlugin. Some time after a driver has gone its ResourceSlices of this node are
// deleted, since nobody keeps them up to date. Upstream: pkg/kubelet/cm/dra/plugin.
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { isDNS1123Subdomain } from '../../api/validation/names.ts';
import type { Client } from '../../client/client.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { GrpcClient } from '../../kit/grpc/client.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Plugin, PluginHandler } from '../plugin-registry/plugin-handler.ts';
import { DRA_SERVICES } from './messages.ts';

/** Time for a driver that is being updated to come back. */
const WIPING_DELAY_MS = 30_000;
/** Bytes of one answer. */
const MAX_MESSAGE = 4 << 20;

export interface DraPluginsOptions {
  readonly client: Pick<Client, 'deleteCollection'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeName: string;
}

/** A driver that can be called. */
export interface DraPlugin {
  readonly driver: string;
  /** The path of its service. */
  readonly service: string;
  readonly client: GrpcClient;
}

export class DraPlugins implements PluginHandler {
  readonly #options: DraPluginsOptions;
  readonly #plugins = new Map<Plugin, DraPlugin>();
  /** By driver: when its slices are deleted. */
  readonly #wiping = new Map<string, Timer>();

  constructor(options: DraPluginsOptions) {
    this.#options = options;
  }

  /** Of several of one driver the one that was registered last; throws when there is none. */
  get(driver: string): DraPlugin {
    const found = [...this.#plugins.values()].findLast((plugin) => plugin.driver === driver);
    if (!found) throw new Error(`DRA driver ${driver} is not registered`);
    return found;
  }

  validate(plugin: Plugin): string | undefined {
    const { name, endpoint, versions } = plugin;
    if (isDNS1123Subdomain(name).length > 0) return `invalid DRA driver name ${JSON.stringify(name)}`;
    if (serviceOf(plugin) !== undefined) return undefined;
    const why =
      versions.length === 0
        ? 'empty list of supported gRPC services (aka supported versions)'
        : `none of services supported by the plugin (${goList(versions)}) are supported by the kubelet (${goList([...DRA_SERVICES.keys()])})`;
    return `invalid supported gRPC versions of DRA driver plugin ${name} at endpoint ${endpoint}: ${why}`;
  }

  async register(plugin: Plugin): Promise<void> {
    const target = { socket: plugin.endpoint };
    const client = new GrpcClient({ target, clock: this.#options.clock, maxMessageSize: MAX_MESSAGE });
    this.#plugins.set(plugin, { driver: plugin.name, service: serviceOf(plugin)!, client });
    this.#wiping.get(plugin.name)?.cancel();
    this.#wiping.delete(plugin.name);
  }

  deregister(plugin: Plugin): void {
    const { name: driver } = plugin;
    this.#plugins.get(plugin)?.client.close();
    this.#plugins.delete(plugin);
    if ([...this.#plugins.values()].some((other) => other.driver === driver)) return;
    this.#wiping.get(driver)?.cancel();
    this.#wiping.set(
      driver,
      this.#options.clock.after(WIPING_DELAY_MS, () => void this.#wipe(driver)),
    );
  }

  stop(): void {
    for (const timer of this.#wiping.values()) timer.cancel();
    for (const { client } of this.#plugins.values()) client.close();
  }

  async #wipe(driver: string): Promise<void> {
    const { client, nodeName, log } = this.#options;
    this.#wiping.delete(driver);
    const fieldSelector = `spec.driver=${driver},spec.nodeName=${nodeName}`;
    await client.deleteCollection(ResourceSlice, { fieldSelector }).catch((error: unknown) => {
      log.warn('slices of a driver that is gone were not deleted', { driver, error: messageOf(error) });
    });
  }
}

/** The first of ours that the driver offers. */
function serviceOf({ versions }: Plugin): string | undefined {
  for (const [name, path] of DRA_SERVICES) if (versions.includes(name)) return path;
  return undefined;
}

const goList = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
