// What is known of a claim or volume when somebody asks why it waits. Read by read.ts with the rights of the one who asks.
import type { Node } from '../../kinds/core/v1/node.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import type { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import type { EventLine } from '../event-line.ts';

/** `hidden` from a user who may not read it. */
export type Seen<T extends object> = Readonly<T> | 'missing' | 'hidden';

export const shown = <T extends object>(seen: Seen<T>): Readonly<T> | undefined =>
  typeof seen === 'object' ? seen : undefined;

export interface ClaimFacts {
  readonly claim: Readonly<PersistentVolumeClaim>;
  /** Of the claim's name of a class, if it has one. */
  readonly class: Seen<StorageClass>;
  /** The one that the claim names. */
  readonly volume: Seen<PersistentVolume>;
  /** Volumes that it might be bound to, while it has none. */
  readonly candidates: readonly Readonly<PersistentVolume>[];
  /** Those that name the claim. Undefined for users who may not list pods. */
  readonly pods?: readonly Readonly<Pod>[];
  /** Names of nodes on which the driver of the class has registered. Undefined for users who may not list CSINodes. */
  readonly driverNodes?: readonly string[];
  /** The node that was selected for the claim. */
  readonly node: Seen<Node>;
  /** The latest last. */
  readonly events: readonly EventLine[];
}

export interface VolumeFacts {
  readonly volume: Readonly<PersistentVolume>;
  /** Of the volume. Undefined for users who may not list them. */
  readonly attachments?: readonly Readonly<VolumeAttachment>[];
  readonly events: readonly EventLine[];
}
