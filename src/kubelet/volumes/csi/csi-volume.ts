// One volume of a driver on this node, and the pods that have or want it: one step after the other, each repeated with growing delays until
// it succeeds or is no longer wanted. What may have been staged or published is taken down before it is forgotten. Made by csi-volumes.ts.
// Upstream: the actual and desired state in pkg/kubelet/volumemanager, and pkg/volume/util/nestedpendingoperations.
import { volumeNameOf } from '../../../api/volumes/attachment.ts';
import { Backoff } from '../../../kit/backoff.ts';
import type { Timer } from '../../../kit/clock.ts';
import type { Pod } from '../../pod.ts';
import { Expansion } from '../expansion/expansion.ts';
import { OperationError } from '../operation-error.ts';
import type { VolumeRequest } from '../plugin.ts';
import { type Attachment, attachmentOf } from './attachment.ts';
import type { CsiEnvironment } from './environment.ts';
import type { VolumeIdentity } from './paths.ts';
import { tellFailure, tellMapped } from './reports.ts';
import { type CsiSource, sourceOf } from './source.ts';
import { growing } from './steps/growing.ts';
import { publish, stage, unpublish, unstage } from './steps/operations.ts';
import { after, type Done, newUse, type Use } from './use.ts';

/** As upstream's exponential back-off. */
const RETRY = { base: 500, cap: 122_000 };
/** How often it is looked whether the volume is attached. */
const POLL = { base: 100, cap: 1000 };
/** How long a volume that was found staged waits for a pod. */
const FOUND_MS = 20_000;

/** A step that is due. */
interface Step {
  /** Back-off counts for each by itself. */
  readonly key: string;
  readonly run: () => Promise<void>;
}

export interface UseState {
  readonly isMounted: boolean;
  readonly isAttached: boolean;
}

export class CsiVolume {
  readonly id: VolumeIdentity;
  readonly #environment: CsiEnvironment;
  readonly #onGone: () => void;
  readonly #uses = new Map<string, Use>();
  readonly #retries = new Backoff<string>(RETRY);
  readonly #polls = new Backoff<'attachment'>(POLL);
  /** By key of the step: when it may be tried again. */
  readonly #notBefore = new Map<string, number>();
  readonly #expansion: Expansion;
  #attachment: Attachment | undefined;
  #staged: Done = 'no';
  /** An earlier kubelet staged it. */
  #stageFound = false;
  #timer: Timer | undefined;
  #running = false;
  #stopped = false;
  #settled: (() => void)[] = [];

  constructor(id: VolumeIdentity, environment: CsiEnvironment, onGone: () => void) {
    this.id = id;
    this.#environment = environment;
    this.#onGone = onGone;
    this.#expansion = new Expansion(environment);
  }

  get isUsed(): boolean {
    return this.#uses.size > 0;
  }

  /** Uids and names of the pods' uses. */
  uses(): { readonly uid: string; readonly specName: string; readonly isMounted: boolean }[] {
    return [...this.#uses.values()].map(({ uid, id, published }) => ({
      ...{ uid, specName: id.specName },
      isMounted: published === 'yes',
    }));
  }

  /** An earlier kubelet has staged it, or may have. */
  foundStaged(): void {
    this.#staged = 'perhaps';
    this.#stageFound = true;
    this.#later('unstage', FOUND_MS);
  }

  foundPublished(uid: string, id: VolumeIdentity): void {
    this.#uses.set(uid, { ...this.#newUse(uid, id), published: 'perhaps', isThere: true });
  }

  want(uid: string, request: VolumeRequest): UseState {
    const use = this.#uses.get(uid) ?? this.#newUse(uid, sourceOf(request));
    this.#uses.set(uid, use);
    use.intent = 'wanted';
    use.request = request;
    this.wake();
    return { isMounted: use.published === 'yes', isAttached: this.#attachment !== undefined };
  }

  /** Of a volume that the pod has: the driver looks at it again if it wants to. */
  refresh(uid: string, request: VolumeRequest, republish: boolean): void {
    const use = this.#uses.get(uid);
    if (use?.intent !== 'wanted') return;
    use.request = request;
    use.republish ||= republish;
    this.wake();
  }

  /** Whether it has to grow, for whichever pod. */
  checkSize(): void {
    const use = [...this.#uses.values()].find(
      ({ intent, published }) => intent === 'wanted' && published === 'yes',
    );
    if (!use?.request?.spec.persistentVolume) return;
    use.expand = true;
    this.wake();
  }

  /** Whether the pod has nothing of it any more. */
  release(uid: string): boolean {
    const use = this.#uses.get(uid);
    if (!use) return true;
    use.intent = 'released';
    this.wake();
    return !this.#uses.has(uid);
  }

  has(uid: string): boolean {
    return this.#uses.has(uid);
  }

  /** Resolves when no step is under way: what was due has been tried. */
  settled(): Promise<void> {
    return this.#running ? new Promise((resolve) => this.#settled.push(resolve)) : Promise.resolve();
  }

  /** Its driver has come, perhaps after many failures. */
  retry(): void {
    for (const key of this.#notBefore.keys()) if (key !== 'unstage') this.#forget(key);
    this.wake();
  }

  /** Something that it may wait for has happened. */
  wake(): void {
    if (!this.#running && !this.#stopped) void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #newUse(uid: string, id: VolumeIdentity): Use {
    return newUse(uid, id, this.#environment.clock.monotonic());
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let step = this.#next(); step && !this.#stopped; step = this.#next()) {
      try {
        await step.run();
        this.#retries.forget(step.key);
      } catch (error) {
        this.#failed(step, error);
      }
    }
    this.#running = false;
    for (const settle of this.#settled.splice(0)) settle();
    if (this.#uses.size === 0 && this.#staged === 'no' && !this.#stopped) this.#gone();
  }

  /** The first step that is due now; sees to it that the others are looked at in time. */
  #next(): Step | undefined {
    const now = this.#environment.clock.monotonic();
    let soonest = Number.POSITIVE_INFINITY;
    for (const step of this.#steps()) {
      const at = this.#notBefore.get(step.key) ?? 0;
      if (at <= now) return step;
      soonest = Math.min(soonest, at);
    }
    this.#timer?.cancel();
    if (soonest < Number.POSITIVE_INFINITY)
      this.#timer = this.#environment.clock.after(soonest - now, () => this.wake());
    return undefined;
  }

  /** What is given up comes first: it may be what another pod waits for. */
  *#steps(): Generator<Step> {
    for (const use of this.#uses.values())
      if (use.intent === 'released') yield { key: `unpublish ${use.uid}`, run: () => this.#unpublish(use) };
    for (const use of this.#uses.values()) {
      if (use.intent !== 'wanted') continue;
      if (use.published !== 'yes') yield { key: `publish ${use.uid}`, run: () => this.#mount(use) };
      else if (use.republish) yield { key: `republish ${use.uid}`, run: () => this.#republish(use) };
      else if (use.expand) yield { key: `expand ${use.uid}`, run: () => this.#expand(use) };
    }
    if (this.#uses.size === 0 && this.#staged !== 'no') yield { key: 'unstage', run: () => this.#unstage() };
  }

  async #mount(use: Use): Promise<void> {
    const { clock, metrics, onChange } = this.#environment;
    const request = use.request!;
    const source = sourceOf(request);
    const began = clock.monotonic();
    try {
      this.#checkSolePod(use, source);
      if (!(await this.#attach(source, use))) return;
      await this.#stage(request.pod, source);
      await this.#publish(use, request.pod, source, false);
      await this.#expansion.duringMount(request, growing(this.#environment, source));
    } catch (error) {
      this.#measure(source.isBlock ? 'map_volume' : 'volume_mount', false, began);
      throw error;
    }
    use.published = 'yes';
    if (source.isBlock) tellMapped(this.#environment, request.pod, use.id);
    this.#measure(source.isBlock ? 'map_volume' : 'volume_mount', true, began);
    metrics.mounted(source.driver, clock.monotonic() - use.since);
    onChange(use.uid);
  }

  /** Also kept by the scheduler; a pod can be bound without it. */
  #checkSolePod(use: Use, { accessModes, isBlock }: CsiSource): void {
    if (accessModes.length !== 1 || accessModes[0] !== 'ReadWriteOncePod') return;
    const others = [...this.#uses.values()].some((other) => other !== use && other.published !== 'no');
    if (!others) return;
    const why = 'volume uses the ReadWriteOncePod access mode and is already in use by another pod';
    throw new OperationError(
      `${isBlock ? 'MapVolume.SetUpDevice' : 'MountVolume.SetUp'} failed`,
      new Error(why),
    );
  }

  /** False when it is to be waited for. */
  async #attach(source: CsiSource, use: Use): Promise<boolean> {
    if (this.#attachment) return true;
    this.#attachment = await attachmentOf(this.#environment, source);
    if (this.#attachment) this.#polls.forget('attachment');
    else this.#later(`publish ${use.uid}`, this.#polls.next('attachment'));
    return this.#attachment !== undefined;
  }

  async #stage(pod: Pod, source: CsiSource): Promise<void> {
    if (source.isEphemeral || this.#staged === 'yes') return;
    try {
      await stage(this.#environment, pod, source, this.#info);
      this.#staged = 'yes';
    } catch (error) {
      this.#staged = after(this.#staged, error, this.#stageFound);
      throw error;
    }
  }

  async #publish(use: Use, pod: Pod, source: CsiSource, isRepeated: boolean): Promise<void> {
    try {
      await publish(this.#environment, pod, source, this.#info, { isThere: use.isThere, isRepeated });
      use.isThere = true;
      // The pod may not have it yet if it has to grow, but it has to be taken down.
      if (use.published === 'no') use.published = 'perhaps';
    } catch (error) {
      use.published = after(use.published, error, use.isThere);
      throw error;
    }
  }

  get #info() {
    return this.#attachment === 'not needed' ? undefined : this.#attachment?.info;
  }

  async #republish(use: Use): Promise<void> {
    await this.#publish(use, use.request!.pod, sourceOf(use.request!), true);
    use.republish = false;
  }

  async #expand(use: Use): Promise<void> {
    const volume = growing(this.#environment, sourceOf(use.request!));
    const began = this.#environment.clock.monotonic();
    // It may be asked for again meanwhile.
    use.expand = false;
    try {
      if (await this.#expansion.inUse(use.request!, volume)) this.#measure('volume_fs_resize', true, began);
    } catch (error) {
      use.expand = true;
      this.#measure('volume_fs_resize', false, began);
      throw error;
    }
  }

  async #unpublish(use: Use): Promise<void> {
    const { clock, onChange } = this.#environment;
    const operation = this.id.isBlock ? 'unmap_volume' : 'volume_unmount';
    const began = clock.monotonic();
    if (use.published !== 'no') {
      use.published = 'perhaps';
      try {
        await unpublish(this.#environment, use.id, use.uid);
      } catch (error) {
        this.#measure(operation, false, began);
        throw error;
      }
      this.#measure(operation, true, began);
    }
    use.published = 'no';
    if (use.intent !== 'released') return;
    this.#uses.delete(use.uid);
    this.#notBefore.delete('unstage');
    for (const key of this.#notBefore.keys()) if (key.endsWith(` ${use.uid}`)) this.#forget(key);
    onChange(use.uid);
  }

  async #unstage(): Promise<void> {
    const { clock } = this.#environment;
    const operation = this.id.isBlock ? 'unmap_device' : 'unmount_device';
    const began = clock.monotonic();
    this.#staged = 'perhaps';
    try {
      await unstage(this.#environment, this.id);
    } catch (error) {
      this.#measure(operation, false, began);
      throw error;
    }
    this.#measure(operation, true, began);
    this.#staged = 'no';
    this.#stageFound = false;
  }

  #gone(): void {
    this.#timer?.cancel();
    this.#environment.inUse.remove(volumeNameOf(this.id));
    this.#onGone();
  }

  #failed({ key }: Step, error: unknown): void {
    this.#later(key, this.#retries.next(key));
    const [step = '', uid = ''] = key.split(' ');
    tellFailure(this.#environment, this.#uses.get(uid)?.request?.pod, this.id, step, error);
  }

  #later(key: string, ms: number): void {
    this.#notBefore.set(key, this.#environment.clock.monotonic() + ms);
  }

  #forget(key: string): void {
    this.#notBefore.delete(key);
    this.#retries.forget(key);
  }

  #measure(operation: string, ok: boolean, began: number): void {
    const { clock, metrics } = this.#environment;
    metrics.done(this.id.driver, operation, ok, clock.monotonic() - began);
  }
}
