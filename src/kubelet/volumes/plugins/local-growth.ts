// Local volumes that grow: whoever looks after them makes the device larger, and says so in the PersistentVolume and the claim's status;
// the file system follows here. A node may read volumes one by one only, and watch none. Upstream: NodeExpand in pkg/volume/local.
import { Pod as PodKind } from '../../../api/kinds/core/v1/pod.ts';
import { referenceTo } from '../../../client/events/events.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { podUid } from '../../pod.ts';
import { Expansion, type ExpansionEnvironment, type Growing } from '../expansion/expansion.ts';
import { OperationError } from '../operation-error.ts';
import { isBlock, nameOfVolume, type VolumeRequest } from '../plugin.ts';

export interface GrowthEnvironment extends ExpansionEnvironment {
  readonly clock: Pick<Clock, 'now' | 'every'>;
}

interface Use {
  readonly request: VolumeRequest;
  readonly volume: Growing;
}

const LOOK_MS = 20_000;

export class LocalGrowth {
  readonly #environment: GrowthEnvironment;
  /** By pod uid, and by the PersistentVolume's name. */
  readonly #uses = new Map<string, Map<string, Use>>();
  /** By the PersistentVolume's name. */
  readonly #expansions = new Map<string, Expansion>();
  #looks: Timer | undefined;
  #isLooking = false;

  constructor(environment: GrowthEnvironment) {
    this.#environment = environment;
  }

  /** A pod has got the volume; it is to have its size first. */
  async mounted(request: VolumeRequest, grow: Growing['grow']): Promise<void> {
    const { pod, spec } = request;
    const specName = nameOfVolume(spec);
    const volume = { specName, isBlock: isBlock(spec), readOnly: spec.readOnly, grow };
    const uses = this.#uses.get(podUid(pod)) ?? new Map<string, Use>();
    this.#uses.set(podUid(pod), uses.set(specName, { request, volume }));
    this.#looks ??= this.#environment.clock.every(LOOK_MS, () => void this.#look());
    await this.#expansionOf(specName).duringMount(request, volume);
  }

  namesOf(uid: string): string[] {
    return [...(this.#uses.get(uid)?.keys() ?? [])];
  }

  gone(uid: string, name: string): void {
    const uses = this.#uses.get(uid);
    if (uses?.delete(name) && uses.size === 0) this.#uses.delete(uid);
    if (![...this.#uses.values()].some((others) => others.has(name))) this.#expansions.delete(name);
    if (this.#uses.size > 0) return;
    this.#looks?.cancel();
    this.#looks = undefined;
  }

  /** Each volume once, for whichever pod. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const each = new Map([...this.#uses.values()].flatMap((uses) => [...uses]));
    for (const [name, { request, volume }] of each)
      await this.#expansionOf(name)
        .inUse(request, volume)
        .catch((error: unknown) => this.#tell(request, name, error));
    this.#isLooking = false;
  }

  #expansionOf(name: string): Expansion {
    const known = this.#expansions.get(name) ?? new Expansion(this.#environment);
    this.#expansions.set(name, known);
    return known;
  }

  #tell({ pod }: VolumeRequest, name: string, error: unknown): void {
    const operation = error instanceof OperationError ? error.operation : 'NodeExpandVolume failed';
    const message = `${operation} for volume "${name}" : ${messageOf(error)}`;
    this.#environment.recorder.record(referenceTo(PodKind, pod), 'Warning', 'VolumeResizeFailed', message);
  }
}
