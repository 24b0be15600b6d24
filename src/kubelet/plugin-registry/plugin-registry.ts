// Plugins of the node: each puts a socket into the directory plugins_registry, is asked who it is, is taken up by the handler of its
// type, and is told whether it was. A socket that goes, or is another one under the same name, takes its plugin with it. A plugin that does
// not answer holds up no other. Upstream: pkg/kubelet/pluginmanager.
import { basename, join } from 'node:path';
import type { Clock, Timer } from '../../kit/clock.ts';
import { GrpcClient } from '../../kit/grpc/client.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { inside, type NodeFiles, nodePath } from '../files/node-files.ts';
import { reachedPath } from '../usual-root.ts';
import { getInfo, notifyRegistrationStatus, type PluginInfo } from './messages.ts';
import type { Plugin, PluginHandler } from './plugin-handler.ts';

const DIRECTORY = 'plugins_registry';
/** Where drivers have their own sockets: their pods expect that it is there. */
const SOCKETS = 'plugins';
const CALL_MS = 10_000;
const RETRY_MS = 10_000;
/** Sockets that are looked at. */
const MOST_PLUGINS = 100;
/** Bytes of one answer. */
const MAX_MESSAGE = 4 << 20;

/** By the type that plugins name; loaded when the first of it appears. */
export type PluginHandlers = Readonly<Record<string, () => PluginHandler | Promise<PluginHandler>>>;

export interface PluginRegistryOptions {
  readonly files: NodeFiles;
  readonly clock: Clock;
  readonly log: Logger;
  readonly root: string;
  readonly handlers: PluginHandlers;
}

/** A socket that was seen. */
interface Seen {
  /** Which file it was. */
  readonly id: string;
  /** Undefined while the plugin is asked, and when it was not taken up. */
  taken?: { readonly plugin: Plugin; readonly handler: PluginHandler };
}

export class PluginRegistry {
  readonly #options: PluginRegistryOptions;
  /** By the name of the socket in the directory. */
  readonly #seen = new Map<string, Seen>();
  readonly #registrations = new Set<Promise<void>>();
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

  /** Sockets that are there already have been asked before it resolves, or have not answered in time. */
  async start(): Promise<void> {
    const { files, root } = this.#options;
    const directory = nodePath(root, DIRECTORY);
    await files.makeDirectory(nodePath(root, SOCKETS));
    await files.makeDirectory(directory);
    this.#unwatch = files.watch(directory, () => void this.scan());
    await this.scan();
    await this.settled();
  }

  stop(): void {
    this.#isStopped = true;
    this.#unwatch?.();
    this.#retry?.cancel();
  }

  /** One after the other. Registrations that it begins go on by themselves. */
  scan(): Promise<void> {
    this.#scans = this.#scans
      .then(() => (this.#isStopped ? undefined : this.#scan()))
      .catch((error: unknown) => {
        this.#options.log.warn('the directory of plugins was not read', { error: messageOf(error) });
      });
    return this.#scans;
  }

  /** Registrations that are under way have ended, or have taken as long as one call may. */
  async settled(): Promise<void> {
    const cancel = new AbortController();
    const late = this.#options.clock.sleep(CALL_MS, cancel.signal).catch(() => {});
    await Promise.race([Promise.all(this.#registrations), late]);
    cancel.abort();
  }

  async #scan(): Promise<void> {
    const { files, root } = this.#options;
    const directory = nodePath(root, DIRECTORY);
    const sockets = new Map<string, string>();
    for (const name of (await files.list(directory)).slice(0, MOST_PLUGINS)) {
      const stat = await files.stat(inside(directory, name));
      if (stat?.type === 'socket') sockets.set(name, stat.id);
    }
    for (const [name, seen] of this.#seen) if (sockets.get(name) !== seen.id) this.#forget(name, seen);
    for (const [name, id] of sockets) {
      if (this.#seen.has(name)) continue;
      const seen: Seen = { id };
      this.#seen.set(name, seen);
      const registration = this.#register(name, seen).catch((error: unknown) =>
        this.#failed(name, seen, error),
      );
      this.#registrations.add(registration);
      void registration.finally(() => this.#registrations.delete(registration));
    }
  }

  async #register(name: string, seen: Seen): Promise<void> {
    const socket = join(this.directory, name);
    const registrar = new GrpcClient({
      target: { socket },
      clock: this.#options.clock,
      maxMessageSize: MAX_MESSAGE,
    });
    try {
      const info = await registrar.unary(getInfo, {}, { timeout: CALL_MS });
      const problem = await this.#takeUp(info, socket, seen);
      const error = problem && `RegisterPlugin error -- ${problem}`;
      const status = { pluginRegistered: error === undefined, error: error ?? '' };
      await registrar.unary(notifyRegistrationStatus, status, { timeout: CALL_MS });
      if (error !== undefined) throw new Error(error);
    } finally {
      registrar.close();
    }
  }

  /** Why it was not taken up, in upstream's words. */
  async #takeUp(info: PluginInfo, socket: string, seen: Seen): Promise<string | undefined> {
    const { handlers, log, root } = this.#options;
    const { type, name, supportedVersions: versions } = info;
    const handler = Object.hasOwn(handlers, type) ? await handlers[type]!() : undefined;
    if (!handler) return `no handler registered for plugin type: ${type} at socket ${socket}`;
    const plugin = { name, endpoint: info.endpoint ? reachedPath(root, info.endpoint) : socket, versions };
    const invalid = handler.validate(plugin);
    if (invalid !== undefined) return `plugin validation failed with err: ${invalid}`;
    if (this.#isStopped || this.#seen.get(basename(socket)) !== seen) return 'the socket is gone';
    seen.taken = { plugin, handler };
    try {
      await handler.register(plugin);
    } catch (error) {
      delete seen.taken;
      return `plugin registration failed with err: ${messageOf(error)}`;
    }
    log.info('a plugin was registered', { type, name });
    return undefined;
  }

  /** Looked at again after a while, unless another socket has taken its place. */
  #failed(name: string, seen: Seen, error: unknown): void {
    const { clock, log } = this.#options;
    if (this.#isStopped) return;
    log.warn('a plugin was not registered', { socket: name, error: messageOf(error) });
    if (this.#seen.get(name) === seen) this.#forget(name, seen);
    this.#retry ??= clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      void this.scan();
    });
  }

  #forget(name: string, seen: Seen): void {
    this.#seen.delete(name);
    seen.taken?.handler.deregister(seen.taken.plugin);
  }
}
