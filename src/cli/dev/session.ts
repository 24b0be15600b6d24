// A project under development: built, brought to the cluster, watched; each change is carried out and told of. Called by run.ts.
import { Writable } from 'node:stream';
import { UserError } from '../../cluster/progress.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Io } from '../../kubectl/io/io.ts';
import type { Session } from '../../kubectl/session/session.ts';
import { runInContainer } from '../../kubectl/verbs/exec/in-container.ts';
import { Builder } from './build/builder.ts';
import { BuildFailure } from './build/failure.ts';
import { Deployment, type Rolled } from './deploy/apply.ts';
import { chosenPorts, Forwards } from './deploy/forwards.ts';
import { isWorkload } from './deploy/progress.ts';
import { waitUntilReady } from './deploy/ready.ts';
import type { Workload } from './deploy/rollout.ts';
import { Workloads } from './deploy/workloads.ts';
import type { ImagesOnNodes } from './images-on-nodes.ts';
import { type Change, isNothing, planOf, type SyncedFile } from './plan/plan.ts';
import { withImages } from './project/images.ts';
import { loadProject, type Project, type ProjectImage } from './project/load.ts';
import type { Report } from './report/events.ts';
import { FileSync } from './sync/sync.ts';

export interface DevOptions {
  readonly directory: string;
  readonly namespace: string;
  /** [LOCAL:]PORT; undefined: those of the project. */
  readonly ports: readonly string[] | undefined;
  /** Milliseconds until pods must be ready. */
  readonly timeoutMs: number;
  readonly session: Session;
  /** Its signal lasts until everything is taken back. */
  readonly io: Io;
  readonly images: ImagesOnNodes;
  readonly report: Report;
  readonly onWorkload: (workload: Workload, signal: AbortSignal) => void;
}

export class DevSession {
  readonly #options: DevOptions;
  readonly #builder = new Builder();
  readonly #deployment: Deployment;
  readonly #workloads: Workloads;
  readonly #forwards: Forwards;
  readonly #sync: FileSync;
  /** Names of the newest images, by repository. */
  readonly #references = new Map<string, string>();
  /** Images whose sources have changed since. */
  readonly #stale = new Set<string>();
  readonly #told = new Set<string>();
  #project: Project | undefined;
  #unread = true;

  constructor(options: DevOptions) {
    const { session, io, namespace, directory, report, onWorkload } = options;
    this.#options = options;
    this.#deployment = new Deployment(session, namespace, io.clock);
    this.#workloads = new Workloads({ session, io, onWorkload, onPods: () => void this.#catchUp() });
    this.#forwards = new Forwards(session, this.#workloads, report);
    this.#sync = new FileSync({
      ...{ directory, clock: io.clock, random: io.random },
      exec: ({ namespace, pod, container }, command) =>
        runInContainer({
          ...{ session, io, subresource: 'exec', namespace, pod, container, command },
          streams: { stdout: nowhere(), stderr: nowhere() },
        }),
    });
  }

  /** Undefined until it could be read. */
  get project(): Project | undefined {
    return this.#project;
  }

  concerns(changes: readonly Change[]): boolean {
    return !this.#project || !isNothing(planOf(this.#project, changes));
  }

  /**
   * Does what the changes ask for; everything the first time. Whether the project then runs as it is on the disk. Never rejects,
   * except that `signal` ends the wait for pods.
   */
  async carryOut(changes: readonly Change[], signal: AbortSignal): Promise<boolean> {
    const { io, report } = this.#options;
    const started = io.clock.monotonic();
    try {
      const synced = await this.#prepare(changes, signal);
      const stale = this.#images.filter(({ repository }) => this.#stale.has(repository));
      if (stale.length === 0 && !synced.deploy) return true;
      await Promise.all(stale.map((image) => this.#renew(image, signal)));
      const isReady = await this.#roll(signal);
      if (isReady) report({ event: 'done', ms: io.clock.monotonic() - started });
      return isReady;
    } catch (error) {
      if (signal.aborted) return false;
      const output = error instanceof BuildFailure ? error.output : '';
      report({ event: 'failed', message: messageOf(error), ...(output && { output }) });
      return false;
    }
  }

  /** Closes what is open here; what is in the cluster stays. */
  async close(): Promise<void> {
    this.#forwards.close();
    this.#workloads.close();
    this.#sync.close();
    await this.#builder.close();
  }

  /** Takes back what was brought to the cluster. */
  async undo(): Promise<void> {
    const { report, images } = this.#options;
    const objects = this.#deployment.count;
    for (const message of await this.#deployment.undo()) report({ event: 'warning', message });
    await images.removeAll();
    report({ event: 'removed', objects });
  }

  get #images(): readonly ProjectImage[] {
    return this.#project?.images ?? [];
  }

  /** Reads the project again if need be, copies what can be copied, and notes which images are stale. */
  async #prepare(changes: readonly Change[], signal: AbortSignal): Promise<{ readonly deploy: boolean }> {
    const { report } = this.#options;
    const plan = this.#project ? planOf(this.#project, changes) : undefined;
    const own = changes.filter((change) => this.concerns([change]));
    if (own.length > 0) report({ event: 'changed', files: own.map(({ path }) => path) });
    for (const repository of plan?.rebuild ?? []) this.#stale.add(repository);
    if (plan?.reload) this.#unread = true;
    const deploy = this.#unread;
    if (this.#unread) await this.#read();
    for (const [repository, files] of plan?.sync ?? [])
      if (!this.#stale.has(repository)) await this.#copy(repository, files, signal);
    return { deploy };
  }

  async #read(): Promise<void> {
    const { directory, io, report } = this.#options;
    const before = new Map(this.#images.map((image) => [image.repository, JSON.stringify(image.recipe)]));
    this.#project = await loadProject(directory, (text) => io.err(text));
    this.#unread = false;
    for (const { repository, recipe } of this.#images)
      if (before.get(repository) !== JSON.stringify(recipe) || !this.#references.has(repository))
        this.#stale.add(repository);
    if (before.size > 0) return;
    const { images, objects } = this.#project;
    report({
      ...{ event: 'project', directory, objects: objects.length },
      images: images.map(({ repository }) => repository),
    });
  }

  /** What cannot be copied is built into a new image. */
  async #copy(repository: string, files: readonly SyncedFile[], signal: AbortSignal): Promise<void> {
    const { io, report } = this.#options;
    const started = io.clock.monotonic();
    const image = this.#images.find((each) => each.repository === repository);
    const containers = this.#running(repository);
    try {
      if (containers.length === 0) throw new Error('no container runs it');
      await this.#sync.copy(repository, files, containers, image?.restart);
      const ms = io.clock.monotonic() - started;
      report({ event: 'synced', files: files.map(({ path }) => path), containers: containers.length, ms });
    } catch (error) {
      signal.throwIfAborted();
      report({ event: 'warning', message: `${repository}: ${messageOf(error)}: a new image is built` });
      this.#stale.add(repository);
    }
  }

  #running(repository: string) {
    const reference = this.#references.get(repository);
    const { images } = this.#options;
    return reference ? this.#workloads.running(reference, (node) => images.socketOf(node)) : [];
  }

  async #catchUp(): Promise<void> {
    for (const { repository, sync, restart } of this.#images)
      if (sync.length > 0)
        try {
          await this.#sync.catchUp(repository, this.#running(repository), restart);
        } catch (error) {
          this.#options.report({ event: 'warning', message: `${repository}: ${messageOf(error)}` });
        }
  }

  async #renew(image: ProjectImage, signal: AbortSignal): Promise<void> {
    const { io, report, images } = this.#options;
    const { repository } = image;
    if (!this.#project) throw new UserError('the project could not be read');
    const started = io.clock.monotonic();
    const built = await this.#builder.build(this.#project, image, { signal });
    const { reference, newLayers: layers, newBytes: bytes } = built;
    const done = io.clock.monotonic();
    report({ event: 'built', image: repository, ms: done - started, layers, bytes });
    if (reference !== this.#references.get(repository)) {
      await images.load(repository, built.image, reference);
      report({ event: 'loaded', image: repository, nodes: images.count, ms: io.clock.monotonic() - done });
      this.#references.set(repository, reference);
    }
    await built.image.close();
    this.#stale.delete(repository);
    this.#sync.built(repository);
  }

  async #roll(signal: AbortSignal): Promise<boolean> {
    const { io, report, images } = this.#options;
    const started = io.clock.monotonic();
    const objects = (this.#project?.objects ?? []).map((object) => withImages(object, this.#references));
    const rolled = await this.#deployment.apply(objects);
    if (rolled.length > 0)
      report({
        event: 'rolled',
        objects: rolled.map(({ title }) => title),
        ms: io.clock.monotonic() - started,
      });
    await this.#workloads.set(this.#deployment.workloads);
    await this.#forwards.set(
      chosenPorts(this.#options.ports ?? this.#project?.ports, objects.filter(isWorkload)),
    );
    const ready = await Promise.all(rolled.map((each) => this.#isReady(each, signal)));
    if (ready.includes(false)) return false;
    await images.removeOld();
    return true;
  }

  async #isReady({ path, object }: Rolled, signal: AbortSignal): Promise<boolean> {
    const workload = this.#workloads.at(path);
    if (!workload) return true;
    const { session, io, report, timeoutMs } = this.#options;
    const { clock } = io;
    return waitUntilReady(workload, object, { session, clock, report, timeoutMs, signal, told: this.#told });
  }
}

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });
