// Growth of a volume on this node: when its PersistentVolume has become larger than its claim says, its plug-in grows what is on the
// node, and the claim is told. While it is mounted and when it is mounted anew. Upstream: node_expander.go in
// pkg/volume/util/operationexecutor.
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod as PodKind } from '../../../api/kinds/core/v1/pod.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { wholeValue } from '../../../api/quantity/quantity.ts';
import type { Client } from '../../../client/client.ts';
import { type EventRecorder, referenceTo } from '../../../client/events/events.ts';
import { type Clock, rfc3339 } from '../../../kit/clock.ts';
import { isGrpcError } from '../../../kit/grpc/status.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { OperationError } from '../operation-error.ts';
import type { VolumeRequest } from '../plugin.ts';
import { claimPatch, isInfeasible, mayExpand } from './expansion-status.ts';

const DURING_MOUNT = 'MountVolume.Setup failed while expanding volume';
const DURING_MAP = 'MapVolume.MarkVolumeAsMounted failed while expanding volume';
const IN_USE = 'NodeExpandVolume.NodeExpandVolume failed';

/** What the plug-in knows of the volume. */
export interface Growing {
  /** Name of the PersistentVolume. */
  readonly specName: string;
  readonly isBlock: boolean;
  readonly readOnly: boolean;
  /** Words before those of a failure. */
  readonly failure?: string;
  /** Makes use of `bytes`, which the volume has already. Idempotent; throws NotSupported, or why it has failed. */
  grow(request: VolumeRequest, bytes: number): Promise<void>;
}

export interface ExpansionEnvironment {
  readonly client: Pick<Client, 'get' | 'patch'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly recorder: EventRecorder;
  readonly nodeName: string;
}

/** Of one volume, over all pods that use it. */
export class Expansion {
  readonly #environment: ExpansionEnvironment;
  /** Bytes that it has on this node, as far as is known. */
  #size: number | undefined;
  /** The driver does not grow volumes in use: not tried again here. */
  #isRefused = false;
  /** An expansion has failed for good: when the claim asks for another size, the controller has to start anew. */
  #hasFailed = false;

  constructor(environment: ExpansionEnvironment) {
    this.#environment = environment;
  }

  /** The pod does not get the volume before it has its size. */
  async duringMount(request: VolumeRequest, volume: Growing): Promise<void> {
    const { persistentVolume } = request.spec;
    if (!persistentVolume) return;
    const operation = volume.isBlock ? DURING_MAP : DURING_MOUNT;
    const claim = await this.#claimOf(persistentVolume, operation);
    if (!claim) return;
    const has = sizeOf(claim.status?.capacity);
    this.#size ??= has;
    if (has >= sizeOf(persistentVolume.spec?.capacity)) return;
    await this.#grow(request, volume, { claim, persistentVolume, operation });
  }

  /** Whether there was something to do. */
  async inUse(request: VolumeRequest, volume: Growing): Promise<boolean> {
    const { client } = this.#environment;
    const known = request.spec.persistentVolume;
    if (!known || this.#isRefused) return false;
    // While it cannot be read nothing is wrong with the volume.
    const persistentVolume = await client.get(PersistentVolume, nameOf(known)).catch(() => undefined);
    if (!persistentVolume) return false;
    const wanted = sizeOf(persistentVolume.spec?.capacity);
    if (this.#size !== undefined && wanted <= this.#size) return false;
    const claim = await this.#claimOf(persistentVolume, IN_USE);
    if (!claim) return false;
    this.#size ??= sizeOf(claim.status?.capacity);
    if (wanted <= this.#size) return false;
    await this.#grow(request, volume, { claim, persistentVolume, operation: IN_USE });
    return true;
  }

  async #claimOf({ spec }: PersistentVolume, operation: string): Promise<PersistentVolumeClaim | undefined> {
    const { name, namespace } = spec?.claimRef ?? {};
    if (!name || !namespace) return undefined;
    return this.#environment.client.get(PersistentVolumeClaim, name, namespace).catch((error: unknown) => {
      const why = new Error(`mountVolume.NodeExpandVolume get PVC failed : ${messageOf(error)}`, {
        cause: error,
      });
      throw new OperationError(operation, why);
    });
  }

  async #grow(request: VolumeRequest, volume: Growing, of: Growth): Promise<void> {
    const { claim, persistentVolume, operation } = of;
    if (volume.readOnly) {
      const message = `MountVolume.NodeExpandVolume failed for volume "${volume.specName}" requested read-only file system`;
      return this.#tell(request, claim, 'Warning', 'FileSystemResizeFailed', message);
    }
    const wanted =
      claim.status?.allocatedResources?.storage ?? persistentVolume.spec?.capacity?.storage ?? '0';
    const verdict = mayExpand(claim, wanted);
    if (verdict === 'done') this.#size = wholeValue(wanted);
    if (verdict !== 'expand' && verdict !== 'expand again' && verdict !== 'expand as before') return;
    const again = verdict === 'expand again';
    if (verdict === 'expand') await this.#patch(claim, { status: 'NodeResizeInProgress' }, operation);
    try {
      await volume.grow(request, wholeValue(wanted));
    } catch (error) {
      return this.#failed(error, verdict, { ...of, wanted, words: volume.failure });
    }
    this.#size = wholeValue(wanted);
    this.#hasFailed = false;
    const { nodeName } = this.#environment;
    const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.specName}" ${nodeName}`;
    this.#tell(request, claim, 'Normal', 'FileSystemResizeSuccessful', message);
    if (!again) await this.#patch(claim, { capacity: wanted }, operation);
  }

  /** What the driver refuses for good is told to the claim; what it does not do in use keeps no pod from its volume. */
  async #failed(
    error: unknown,
    verdict: string,
    { claim, wanted, operation, words }: Growth & { wanted: string; words: string | undefined },
  ) {
    if (error instanceof NotSupported && verdict !== 'expand') {
      this.#size = wholeValue(wanted);
      return;
    }
    const failure = new OperationError(operation, error);
    const text = words ? `${words}${isInfeasible(error) ? '' : ' :'} ${failure.message}` : failure.message;
    const final = failure.leaves !== 'something';
    if (final && verdict !== 'expand as before') {
      const another = wholeValue(claim.spec?.resources?.requests?.storage ?? '0') !== wholeValue(wanted);
      const infeasible = isInfeasible(error) || (another && this.#hasFailed);
      this.#hasFailed = true;
      const message = `failed to expand pvc with ${text}`;
      await this.#patch(
        claim,
        { error: message, ...(infeasible && { status: 'NodeResizeInfeasible' }) },
        operation,
      );
    }
    if (isGrpcError(error, 'failedPrecondition')) {
      this.#isRefused = true;
      return;
    }
    throw new OperationError(
      operation,
      new Error(error instanceof NotSupported ? error.message : text),
      'same',
    );
  }

  async #patch(claim: PersistentVolumeClaim, change: Parameters<typeof claimPatch>[1], operation: string) {
    const { client, clock } = this.#environment;
    const { name = '', namespace } = claim.metadata;
    const patch = claimPatch(claim, change, rfc3339(clock.now()));
    try {
      const written = await client.patch(PersistentVolumeClaim, name, namespace, 'strategic', patch, {
        subresource: 'status',
      });
      // The next patch is of what is there now.
      Object.assign(claim, written);
    } catch (error) {
      const why = new Error(`mountVolume.NodeExpandVolume update pvc status failed: ${messageOf(error)}`, {
        cause: error,
      });
      throw new OperationError(operation, why);
    }
  }

  #tell(
    { pod }: VolumeRequest,
    claim: PersistentVolumeClaim,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    const { recorder } = this.#environment;
    recorder.record(referenceTo(PodKind, pod), type, reason, message);
    recorder.record(referenceTo(PersistentVolumeClaim, claim), type, reason, message);
  }
}

interface Growth {
  readonly claim: PersistentVolumeClaim;
  readonly persistentVolume: PersistentVolume;
  readonly operation: string;
}

/** The plug-in does not grow volumes on nodes. */
export class NotSupported extends Error {}

const sizeOf = (capacity: Readonly<Record<string, string>> | undefined): number =>
  wholeValue(capacity?.storage ?? '0');
