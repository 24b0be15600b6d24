// The registry's doors: two sockets that cost nothing until somebody connects. Then the registry's process is started, and gets this
// connection and those that follow. Nodes reach it at the machine's address in their network; pods are turned away there.
import type { ChildProcess } from 'node:child_process';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../../kit/log.ts';
import type { FromRegistry, RegistrySettings, ToRegistry } from './messages.ts';
import { spawnRegistry } from './spawn.ts';

export interface RegistryDoorOptions {
  readonly settings: (port: number) => RegistrySettings;
  /** Before the first connection is taken, and again with each new process. */
  readonly prepare: () => Promise<void>;
  readonly spawn?: (log: string) => ChildProcess;
  readonly log: Logger;
}

/** Connections that wait for the process to start. */
const MOST_WAITING = 64;

export class RegistryDoor {
  readonly #options: RegistryDoorOptions;
  #users: Server | undefined;
  #nodes: Server | undefined;
  #port = 0;
  #child: ChildProcess | undefined;
  /** Connections given to the process. */
  #given = 0;
  #waiting = 0;
  #starting: Promise<ChildProcess> | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: RegistryDoorOptions) {
    this.#options = options;
  }

  /** Port on 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  /** Process of the registry; undefined while it is not needed. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Listens for users of the machine at the first of `ports` that is free; resolves with undefined where none is. */
  async open(ports: readonly number[]): Promise<number | undefined> {
    for (const port of ports) {
      const server = await listen('127.0.0.1', port, (socket) => void this.#take('user', socket));
      if (!server) continue;
      this.#users = server;
      this.#port = (server.address() as AddressInfo).port;
      return this.#port;
    }
    return undefined;
  }

  /** Listens for the nodes; resolves with the port. */
  async openForNodes(address: string, nodes: readonly string[]): Promise<number> {
    if (!this.#nodes) {
      const take = (socket: Socket) => {
        if (nodes.includes(plainAddress(socket.remoteAddress))) void this.#take('node', socket);
        else socket.destroy();
      };
      this.#nodes = (await listen(address, this.#port, take)) ?? (await listen(address, 0, take));
    }
    const found = this.#nodes?.address();
    if (!found || typeof found === 'string') throw new Error(`the registry cannot listen at ${address}`);
    return found.port;
  }

  async close(): Promise<void> {
    this.#users?.close();
    this.#nodes?.close();
    await this.#starting?.catch(() => {});
    this.#end();
    await this.#ending;
  }

  async #take(kind: 'user' | 'node', socket: Socket): Promise<void> {
    socket.on('error', () => {});
    if (this.#waiting >= MOST_WAITING) return void socket.destroy();
    this.#waiting++;
    try {
      const child = await this.#running();
      this.#given++;
      const message: ToRegistry = { kind };
      child.send(message, socket, (error) => error && socket.destroy());
    } catch (error) {
      this.#options.log.error('the registry cannot be started', { error });
      socket.destroy();
    } finally {
      this.#waiting--;
    }
  }

  #running(): Promise<ChildProcess> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<ChildProcess> {
    try {
      // Two processes never write to one storage.
      await this.#ending;
      await this.#options.prepare();
      const settings = this.#options.settings(this.#port);
      const child = (this.#options.spawn ?? spawnRegistry)(settings.log);
      this.#child = child;
      this.#given = 0;
      this.#ending = new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.once('error', () => resolve());
      }).then(() => this.#ended(child));
      child.on('message', (message: FromRegistry) => {
        if (message.kind === 'idle' && message.taken === this.#given && this.#waiting === 0) this.#end();
      });
      const message: ToRegistry = { kind: 'settings', settings };
      child.send(message);
      return child;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  /** It ends with the channel; what it has acknowledged is on disk. */
  #end(): void {
    const child = this.#child;
    this.#child = this.#starting = undefined;
    if (child?.connected) child.disconnect();
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#options.log.warn('the registry ended; it starts again with the next connection', {
      pid: child.pid,
    });
    this.#child = this.#starting = undefined;
  }
}

/** As a node's own list has it: IPv4 addresses may come within IPv6. */
const plainAddress = (address = ''): string => address.replace(/^::ffff:/, '');

/** Undefined where the port is taken. */
function listen(address: string, port: number, take: (socket: Socket) => void): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true }, take);
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
    );
    server.listen(port, address, () => resolve(server));
  });
}
