// DRA drivers of the node: each puts a socket into the directory plugins_registry, is asked who it is, and is told whether it was
// registered. Sockets that go take their driver with them; some time later its ResourceSlices of this node are deleted, since nobody
// keeps them up to date. Upstream: pkg/kubelet/pluginmanager and pkg/kubelet/cm/dra/plugin.
import { join } from 'node:path';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { isDNS1123Subdomain } from '../../api/validation/names.ts';
import type { Client } from '../../client/client.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import { GrpcClient } from '../../kit/grpc/client.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { inside, type NodeFiles, nodePath } from '../files/node-files.ts';
import { DRA_SERVICES, getInfo, notifyRegistrationStatus, type PluginInfo } from './messages.ts';

const DIRECTORY = 'plugins_registry';
const DRA_PLUGIN = 'DRAPlugin';
const CALL_MS = 10_000;
const RETRY_MS = 10_000;
/** Time for a driver that is being updated to come back. */
const WIPING_DELAY_MS = 30_000;
/** Sockets that are looked at. */
const MOST_PLUGINS = 100;
/** Bytes of one answer. */
const MAX_MESSAGE = 4 << 20;

export interface PluginRegistryOptions {
  readonly files: NodeFiles;
  readonly client: Pick<Client, 'deleteCollection'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly root: string;
  readonly nodeName: string;
}

/** A driver that can be called. */
export interface DraPlugin {
  readonly driver: string;
  /** The path of its service. */
  readonly service: string;
  readonly client: GrpcClient;
}

export class PluginRegistry {
  readonly #options: PluginRegistryOptions;
  /** By the name of the socket in the directory. */
  readonly #plugins = new Map<string, DraPlugin>();
  /** By driver: when its slices are deleted. */
  readonly #wiping = new Map<string, Timer>();
  #scans: Promise<void> = Promise.resolve();
  #retry: Timer | undefined;
  #unwatch: (() => void) | undefined;
  #isStopped = false;

  constructor(options: PluginRegistryOptions) {
    this.#options = options;
  }

  get directory(): string {
    return join(this.#options.root, DIRECTORY);
  }

  /** Sockets that are there already are registered before it resolves. */
  async start(): Promise<void> {
    const { files, root } = this.#options;
    const directory = nodePath(root, DIRECTORY);
    await files.makeDirectory(directory);
    this.#unwatch = files.watch(directory, () => void this.scan());
    await this.scan();
  }

  stop(): void {
    this.#isStopped = true;
    this.#unwatch?.();
    this.#retry?.cancel();
    for (const timer of this.#wiping.values()) timer.cancel();
    for (const { client } of this.#plugins.values()) client.close();
  }

  /** Of several of one driver the one that was registered last; throws when there is none. */
  get(driver: string): DraPlugin {
    const found = [...this.#plugins.values()].findLast((plugin) => plugin.driver === driver);
    if (!found) throw new Error(`DRA driver ${driver} is not registered`);
    return found;
  }

  /** One after the other. */
  scan(): Promise<void> {
    this.#scans = this.#scans
      .then(() => (this.#isStopped ? undefined : this.#scan()))
      .catch((error: unknown) => {
        this.#options.log.warn('the directory of plugins was not read', { error: messageOf(error) });
      });
    return this.#scans;
  }

  async #scan(): Promise<void> {
    const { files, root, clock, log } = this.#options;
    const directory = nodePath(root, DIRECTORY);
    const sockets = new Set<string>();
    for (const name of (await files.list(directory)).slice(0, MOST_PLUGINS))
      if ((await files.stat(inside(directory, name)))?.type === 'socket') sockets.add(name);
    for (const name of [...this.#plugins.keys()]) if (!sockets.has(name)) this.#remove(name);
    for (const name of sockets) {
      if (this.#plugins.has(name)) continue;
      await this.#register(name).catch((error: unknown) => {
        log.warn('a plugin was not registered', { socket: name, error: messageOf(error) });
        this.#retry ??= clock.after(RETRY_MS, () => {
          this.#retry = undefined;
          void this.scan();
        });
      });
    }
  }

  async #register(name: string): Promise<void> {
    const socket = join(this.directory, name);
    const registrar = this.#connect(socket);
    try {
      const info = await registrar.unary(getInfo, {}, { timeout: CALL_MS });
      const problem = problemOf(info, socket);
      const status = { pluginRegistered: problem === undefined, error: problem ?? '' };
      // Before it is told: it may be asked for at once.
      if (problem === undefined) this.#add(name, info, socket);
      await registrar.unary(notifyRegistrationStatus, status, { timeout: CALL_MS });
      if (problem !== undefined) throw new Error(problem);
    } catch (error) {
      this.#remove(name);
      throw error;
    } finally {
      registrar.close();
    }
  }

  #add(name: string, info: PluginInfo, socket: string): void {
    const service = serviceOf(info)!;
    const client = this.#connect(info.endpoint || socket);
    this.#plugins.set(name, { driver: info.name, service, client });
    this.#wiping.get(info.name)?.cancel();
    this.#wiping.delete(info.name);
    this.#options.log.info('a DRA driver was registered', { driver: info.name });
  }

  #remove(name: string): void {
    const plugin = this.#plugins.get(name);
    if (!plugin) return;
    this.#plugins.delete(name);
    plugin.client.close();
    const { driver } = plugin;
    if ([...this.#plugins.values()].some((other) => other.driver === driver)) return;
    this.#wiping.get(driver)?.cancel();
    this.#wiping.set(
      driver,
      this.#options.clock.after(WIPING_DELAY_MS, () => void this.#wipe(driver)),
    );
  }

  async #wipe(driver: string): Promise<void> {
    const { client, nodeName, log } = this.#options;
    this.#wiping.delete(driver);
    const fieldSelector = `spec.driver=${driver},spec.nodeName=${nodeName}`;
    await client.deleteCollection(ResourceSlice, { fieldSelector }).catch((error: unknown) => {
      log.warn('slices of a driver that is gone were not deleted', { driver, error: messageOf(error) });
    });
  }

  #connect(socket: string): GrpcClient {
    return new GrpcClient({ target: { socket }, clock: this.#options.clock, maxMessageSize: MAX_MESSAGE });
  }
}

/** The first of ours that the driver offers. */
function serviceOf({ supportedVersions }: PluginInfo): string | undefined {
  for (const [name, path] of DRA_SERVICES) if (supportedVersions.includes(name)) return path;
  return undefined;
}

/** Why it is not registered, in upstream's words. */
function problemOf(info: PluginInfo, socket: string): string | undefined {
  const { type, name, endpoint, supportedVersions } = info;
  if (type !== DRA_PLUGIN) return `no handler registered for plugin type: ${type} at socket ${socket}`;
  if (isDNS1123Subdomain(name).length > 0) return `invalid DRA driver name ${JSON.stringify(name)}`;
  if (serviceOf(info) !== undefined) return undefined;
  const why =
    supportedVersions.length === 0
      ? 'empty list of supported gRPC services (aka supported versions)'
      : `none of services supported by the plugin (${goList(supportedVersions)}) are supported by the kubelet (${goList([...DRA_SERVICES.keys()])})`;
  return `invalid supported gRPC versions of DRA driver plugin ${name} at endpoint ${endpoint}: ${why}`;
}

const goList = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
