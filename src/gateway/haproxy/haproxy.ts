// Keeps HAProxy at the model that was given last. Endpoints change in the running process; anything else by a process that takes over
// the listening sockets of the one before, which ends with its last connection. Without a model there is no process.
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { DoorModel } from '../model/model.ts';
import { RELAY } from '../relay/plan.ts';
import { CONFIG, type Files, locatedFiles, shapeOf } from './config/files.ts';
import type { Place, Slots } from './config/place.ts';
import { backendsByUse } from './config/scopes.ts';
import { portsOf, type Unserved, withFreePorts } from './ports.ts';
import { findHaproxy, HaproxyProcess, haproxyUser } from './process.ts';
import { runCommands } from './runtime-api.ts';
import { fittingSlots, nextSlots, slotCommands } from './slots.ts';

export interface ProxyOptions {
  readonly place: Omit<Place, 'socket' | 'sockets' | 'accessLog'>;
  /** Writes lines of the access log; there is none without. */
  readonly writeAccessLog?: (text: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Processes that have connections from before a change, such as WebSockets. */
const MOST_RETIRED = 16;

export class Haproxy {
  readonly #options: ProxyOptions;
  readonly #backoff = new Backoff<'start'>({ base: 100, cap: 10_000 });
  #current: HaproxyProcess | undefined;
  readonly #retired = new Set<HaproxyProcess>();
  /** Files without addresses of endpoints, as the current process has read them. */
  #shape: Files = new Map();
  #slots: Slots = new Map();
  /** As they are in the directory. */
  #files: Files = new Map();
  #generation = 0;
  #prepared = false;
  #unserved: readonly Unserved[] = [];
  /** Ports of entrances that the current process has. */
  #ports: ReadonlySet<string> = new Set();
  #work: Promise<void> = Promise.resolve();
  #stopped = false;
  #model: DoorModel | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Addresses of entrances of the model given last that another program has. */
  get unserved(): readonly Unserved[] {
    return this.#unserved;
  }

  /** Makes its folder, once. */
  prepare(): { directory: string; gid: number } {
    const { directory } = this.#options.place;
    const user = haproxyUser();
    if (!user) throw new Error('HAProxy is not installed: apt-get install haproxy');
    if (!this.#prepared) makeDirectory(directory, user);
    this.#prepared = true;
    return { directory, gid: user.gid };
  }

  /** Resolves when requests are served as the model says; rejects when they still are as before. */
  apply(model: DoorModel): Promise<void> {
    this.#model = model;
    return this.#next(() => this.#apply(model));
  }

  /** Ends every process. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work.catch(() => {});
    const all = [...this.#retired, ...(this.#current ? [this.#current] : [])];
    this.#current = undefined;
    for (const one of all) one.kill();
    await Promise.all(all.map(({ ended }) => ended));
    rmSync(this.#options.place.directory, { recursive: true, force: true });
  }

  /** One change after another. */
  #next(change: () => Promise<void>): Promise<void> {
    this.#work = this.#work.catch(() => {}).then(() => (this.#stopped ? undefined : change()));
    return this.#work;
  }

  async #apply(wanted: DoorModel): Promise<void> {
    const ours = this.#current?.alive ? this.#ports : new Set<string>();
    const { model, unserved } = await withFreePorts(wanted, ours);
    this.#unserved = unserved;
    const { requests, streams } = backendsByUse(model);
    const slots = nextSlots([...requests, ...streams], this.#slots);
    const shape = shapeOf(model, slots, this.#place());
    if (this.#current?.alive && isEqual(shape, this.#shape)) {
      try {
        return await this.#move(slots);
      } catch (error) {
        this.#options.log.warn('a change needs a reload', { error: messageOf(error) });
      }
    }
    try {
      await this.#replace(model, shape, slots);
    } catch (error) {
      // What it serves goes on being served, at the endpoints that there are now.
      if (this.#current?.alive) await this.#move(fittingSlots(this.#slots, slots));
      throw error;
    }
    this.#shape = shape;
    this.#slots = slots;
  }

  #place(): Omit<Place, 'socket'> {
    const { place } = this.#options;
    return {
      ...place,
      accessLog: this.#options.writeAccessLog !== undefined,
      sockets: join(place.directory, SOCKETS),
    };
  }

  /** In the running process. */
  async #move(slots: Slots): Promise<void> {
    await runCommands(this.#current!.socket, slotCommands(this.#slots, slots));
    this.#slots = slots;
  }

  async #replace(model: DoorModel, shape: Files, slots: Slots): Promise<void> {
    const { place, writeAccessLog, clock, log } = this.#options;
    const program = findHaproxy();
    if (!program) throw new Error('HAProxy is not installed: apt-get install haproxy');
    const { gid } = this.prepare();
    this.#generation++;
    const socket = join(place.directory, SOCKETS, `${this.#generation}.sock`);
    const files = locatedFiles(shape, slots, socket);
    writeFiles(place.directory, files, this.#files, gid);
    this.#files = files;
    const config = join(place.directory, CONFIG);
    const before = this.#current?.alive ? this.#current : undefined;
    const from = before && { from: before.socket };
    const next = new HaproxyProcess({
      program,
      config,
      socket,
      ...from,
      ...(writeAccessLog && { write: writeAccessLog }),
      clock,
      log,
    });
    await next.serving();
    this.#current = next;
    this.#ports = portsOf(model);
    this.#watch(next);
    if (!before) return;
    this.#retire(before);
  }

  #retire(one: HaproxyProcess): void {
    this.#retired.add(one);
    void one.ended.then(() => this.#retired.delete(one));
    one.retire();
    const [oldest] = this.#retired;
    if (this.#retired.size > MOST_RETIRED) oldest!.kill();
  }

  #watch(one: HaproxyProcess): void {
    const since = this.#options.clock.monotonic();
    void one.ended.then(async () => {
      rmSync(one.socket, { force: true });
      if (this.#stopped || this.#current !== one) return;
      const { clock, log } = this.#options;
      if (clock.monotonic() - since > 30_000) this.#backoff.forget('start');
      log.error('HAProxy has ended, starting it again');
      await this.#restart();
    });
  }

  async #restart(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopped && !this.#current?.alive) {
      await clock.sleep(this.#backoff.next('start'));
      const model = this.#model!;
      await this.#next(() => this.#apply(model)).catch((error) =>
        log.error('HAProxy could not be started', { error: messageOf(error) }),
      );
    }
  }
}

/** The only folder in which the proxy may write: root writes the files beside it, and must not be led elsewhere by links. */
const SOCKETS = 'sockets';

/** What a process of an earlier node agent left goes. Keys of certificates are for root and the proxy's user only. */
function makeDirectory(directory: string, { uid, gid }: { uid: number; gid: number }): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(join(directory, SOCKETS), { recursive: true, mode: 0o750 });
  mkdirSync(join(directory, RELAY), { mode: 0o750 });
  for (const path of [directory, join(directory, RELAY)]) chownSync(path, 0, gid);
  chownSync(join(directory, SOCKETS), uid, gid);
}

/** Those that are not there as they should be. They are in memory (/run), where a write takes microseconds. */
function writeFiles(directory: string, files: Files, before: Files, gid: number): void {
  for (const name of readdirSync(directory))
    if (/\.(pem|list)$/.test(name) && !files.has(name)) rmSync(join(directory, name));
  for (const [name, text] of files) {
    if (before.get(name) === text) continue;
    const path = join(directory, name);
    writeFileSync(`${path}.tmp`, text, { mode: 0o640 });
    chownSync(`${path}.tmp`, 0, gid);
    renameSync(`${path}.tmp`, path);
  }
}

const isEqual = (a: Files, b: Files): boolean =>
  a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
