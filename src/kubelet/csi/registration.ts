// CSI drivers that register: the plugins of type CSIPlugin. A driver must speak some version 1.x; what it says of the node stands in the
// API before it is told that it is registered. How many volumes it takes is asked again as often as its CSIDriver says.
// Upstream: RegistrationHandler in pkg/volume/csi/csi_plugin.go, and csi_node_updater.go.
import type { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { nodeGetInfo } from '../../csi/messages/node.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { GrpcClient } from '../../kit/grpc/client.ts';
import { rpcErrorText } from '../../kit/grpc/status.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Plugin, PluginHandler } from '../plugin-registry/plugin-handler.ts';
import type { CsiNodeWriter } from './csi-node.ts';
import type { DriverClient } from './driver-client.ts';
import type { CsiDrivers } from './drivers.ts';

/** Bytes of one answer. */
const MAX_MESSAGE = 4 << 20;

export interface CsiRegistrationOptions {
  readonly drivers: CsiDrivers;
  readonly csiNode: Pick<CsiNodeWriter, 'install' | 'uninstall'>;
  /** Asks the driver again how many volumes the node takes, and tells the API. */
  readonly updateNode: (driver: string) => Promise<void>;
  /** Undefined when there is no such object, or it is not known. */
  readonly csiDriver: (name: string) => Promise<CSIDriver | undefined>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Registered {
  readonly version: Version;
  readonly driver: DriverClient;
  readonly client: GrpcClient;
  updates?: Timer;
}

export class CsiRegistration implements PluginHandler {
  readonly #options: CsiRegistrationOptions;
  readonly #registered = new Map<Plugin, Registered>();

  constructor(options: CsiRegistrationOptions) {
    this.#options = options;
  }

  validate({ name, endpoint, versions }: Plugin): string | undefined {
    const why = this.#problemOf(name, versions);
    return (
      why &&
      `validation failed for CSI Driver ${name} at endpoint ${endpoint}: kubernetes.io/csi: ValidatePlugin for CSI driver "${name}" failed. ${why}`
    );
  }

  async register(plugin: Plugin): Promise<void> {
    const { drivers, csiNode, clock } = this.#options;
    const client = new GrpcClient({
      target: { socket: plugin.endpoint },
      clock,
      maxMessageSize: MAX_MESSAGE,
    });
    const driver = drivers.add(plugin.name, plugin.endpoint, client);
    this.#registered.set(plugin, { version: highest(plugin.versions)!, driver, client });
    try {
      const info = await driver.call(nodeGetInfo, {});
      await csiNode.install({ name: plugin.name, ...info });
    } catch (error) {
      this.deregister(plugin);
      throw new Error(rpcErrorText(error), { cause: error });
    }
    await this.#updateRegularly(plugin);
  }

  deregister(plugin: Plugin): void {
    const { drivers, csiNode, log } = this.#options;
    const registered = this.#registered.get(plugin);
    if (!registered) return;
    this.#registered.delete(plugin);
    registered.updates?.cancel();
    registered.client.close();
    drivers.remove(registered.driver);
    if (drivers.find(plugin.name)) return;
    void csiNode.uninstall(plugin.name).catch((error: unknown) => {
      log.warn('Error uninstalling CSI driver', { driver: plugin.name, error: messageOf(error) });
    });
  }

  /** Drivers stay in the CSINode: the next kubelet finds them registered. */
  stop(): void {
    for (const { updates, client } of this.#registered.values()) {
      updates?.cancel();
      client.close();
    }
    this.#registered.clear();
  }

  /** The CSIDriver of the name has changed. */
  async driverChanged(name: string): Promise<void> {
    for (const plugin of this.#registered.keys())
      if (plugin.name === name) await this.#updateRegularly(plugin);
  }

  async #updateRegularly(plugin: Plugin): Promise<void> {
    const { csiDriver, clock } = this.#options;
    const found = await csiDriver(plugin.name);
    const registered = this.#registered.get(plugin);
    if (!registered) return;
    registered.updates?.cancel();
    delete registered.updates;
    const seconds = found?.spec.nodeAllocatableUpdatePeriodSeconds;
    if (!seconds) return;
    registered.updates = clock.every(seconds * 1000, () => void this.#update(plugin.name));
  }

  async #update(name: string): Promise<void> {
    const { updateNode, log } = this.#options;
    try {
      await updateNode(name);
    } catch (error) {
      log.warn('Failed to update CSIDriver', { driver: name, error: rpcErrorText(error) });
    }
  }

  #problemOf(name: string, versions: readonly string[]): string | undefined {
    if (versions.length === 0) return 'Plugin returned an empty list for supported versions';
    const version = highest(versions);
    if (!version) {
      const list = versions.map((text) => JSON.stringify(text)).join(' ');
      return `None of the versions specified [${list}] are supported. err=no supported version found`;
    }
    if (this.#options.drivers.find(name)?.endpoint === '')
      return 'Another driver with the same name is part of the kubelet';
    const [other] = [...this.#registered]
      .filter(([plugin]) => plugin.name === name)
      .map(([, { version }]) => version);
    if (!other || compare(other, version) < 0) return undefined;
    return `Another driver with the same name is already registered with a higher supported version: "${other.join('.')}"`;
  }
}

type Version = readonly number[];

/** The highest 1.x; drivers of other versions cannot be used. */
function highest(versions: readonly string[]): Version | undefined {
  const known = versions.map(parsed).filter((version) => version?.[0] === 1);
  return known.reduce((a, b) => (a && b && compare(a, b) >= 0 ? a : b), undefined);
}

function parsed(text: string): Version | undefined {
  const parts = text.replace(/^v/, '').split('.').map(Number);
  return parts.length <= 3 && parts.every((part) => Number.isInteger(part) && part >= 0) ? parts : undefined;
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
