// All CSI volumes of the node by the driver's name for them: what pods want of them, and what an earlier kubelet has left. Loaded when the
// first of them appears. Called by csi-plugin.ts. Upstream: pkg/kubelet/volumemanager, with its reconstruction from the disk.
import { needsAttachment, volumeNameOf } from '../../../api/volumes/attachment.ts';
import type { Timer } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { podUid } from '../../pod.ts';
import type { MountedVolume, VolumeRequest } from '../plugin.ts';
import { isExhausted } from './attachment.ts';
import { CsiVolume, type UseState } from './csi-volume.ts';
import type { CsiEnvironment } from './environment.ts';
import { type FoundVolumes, foundVolumes } from './found.ts';
import { targetPathOf, type VolumeIdentity } from './paths.ts';
import { sourceOf } from './source.ts';
import { volumeStats } from './stats.ts';

/** How often it is looked whether volumes have to grow, and are attached at all. A node may read volumes one by one only, and watch none. */
const LOOK_MS = 20_000;
/** How long a pod's worker waits for a volume to be taken down, before it looks again later. */
const RELEASE_MS = 5000;

export class CsiVolumes {
  readonly #environment: CsiEnvironment;
  readonly #volumes = new Map<string, CsiVolume>();
  readonly #looks: Timer;

  private constructor(environment: CsiEnvironment) {
    this.#environment = environment;
    environment.inUse.onReport(() => this.#wakeAll());
    environment.drivers.onNew((name) => {
      for (const volume of [...this.#volumes.values()]) if (volume.id.driver === name) volume.retry();
    });
    this.#looks = environment.clock.every(LOOK_MS, () => {
      this.#leaveToDriver().catch((error: unknown) => {
        environment.log.warn('CSIDrivers were not looked at', { error: messageOf(error) });
      });
      for (const volume of [...this.#volumes.values()]) volume.checkSize();
    });
  }

  /** Knows what is on the node when it resolves. */
  static async load(environment: CsiEnvironment): Promise<CsiVolumes> {
    const volumes = new CsiVolumes(environment);
    volumes.#take(await foundVolumes(environment));
    const names = await volumes.#attachedNames();
    environment.inUse.start(names);
    // What is staged for nobody waits a while for a pod: who it is for may be known only from the API.
    volumes.#wakeAll();
    return volumes;
  }

  /** What the pod has of the volume now; the rest follows by itself, and is told with onChange. */
  want(request: VolumeRequest): UseState {
    return this.#of(sourceOf(request)).want(podUid(request.pod), request);
  }

  mountedVolume(request: VolumeRequest): MountedVolume {
    const source = sourceOf(request);
    const place = this.#environment.paths.text(targetPathOf(source, podUid(request.pod)));
    const { readOnly } = request.spec;
    return source.isBlock
      ? { device: place, readOnly }
      : { path: place, readOnly: readOnly || source.readOnly };
  }

  async refresh(request: VolumeRequest): Promise<void> {
    const source = sourceOf(request);
    const driver = await this.#environment.csiDriver(source.driver);
    const republish = driver?.spec.requiresRepublish ?? false;
    this.#volumes.get(volumeNameOf(source))?.refresh(podUid(request.pod), request, republish);
  }

  /** Names of the volumes that the pod has, or may have. */
  namesOf(uid: string): string[] {
    return [...this.#volumes.values()].flatMap((volume) =>
      volume.uses().flatMap((use) => (use.uid === uid ? [use.specName] : [])),
    );
  }

  /** Resolves with whether the pod has nothing of the volume any more. */
  async release(uid: string, specName: string): Promise<boolean> {
    const has = (volume: CsiVolume) =>
      volume.uses().some((use) => use.uid === uid && use.specName === specName);
    const volume = [...this.#volumes.values()].find(has);
    if (!volume || volume.release(uid)) return true;
    const cancel = new AbortController();
    const late = this.#environment.clock.sleep(RELEASE_MS, cancel.signal).catch(() => {});
    await Promise.race([volume.settled(), late]);
    cancel.abort();
    return !volume.has(uid);
  }

  isExhausted(request: VolumeRequest): Promise<boolean> {
    return isExhausted(this.#environment, sourceOf(request));
  }

  stats(request: VolumeRequest) {
    return volumeStats(this.#environment, request);
  }

  stop(): void {
    this.#looks.cancel();
    for (const volume of this.#volumes.values()) volume.stop();
  }

  #wakeAll(): void {
    for (const volume of [...this.#volumes.values()]) volume.wake();
  }

  #of(id: VolumeIdentity): CsiVolume {
    const name = volumeNameOf(id);
    const known = this.#volumes.get(name);
    if (known) return known;
    const made = new CsiVolume(id, this.#environment, () => this.#volumes.delete(name));
    this.#volumes.set(name, made);
    return made;
  }

  #take({ published, staged }: FoundVolumes): void {
    for (const { uid, id, isEphemeral } of published) {
      const volume = this.#of(id);
      volume.foundPublished(uid, id);
      if (!isEphemeral) volume.foundStaged();
    }
    for (const id of staged) this.#of(id).foundStaged();
  }

  /** A CSIDriver may be replaced by one that says that nothing is attached: then the attach-detach controller need not wait for the node. */
  async #leaveToDriver(): Promise<void> {
    const attached = new Set(await this.#attachedNames());
    for (const name of this.#volumes.keys()) if (!attached.has(name)) this.#environment.inUse.remove(name);
  }

  /** Of drivers that attach: they stay attached until they have been taken down. */
  async #attachedNames(): Promise<string[]> {
    const names: string[] = [];
    for (const [name, { id }] of this.#volumes)
      if (needsAttachment(await this.#environment.csiDriver(id.driver))) names.push(name);
    return names;
  }
}
