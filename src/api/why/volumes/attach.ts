// Why a pod waits for the volume of a claim, once it has a node or while it is bound to one. Pure.
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import type { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { nameOf } from '../../meta/v1/object.ts';
import { isPodTerminal } from '../../pods/phase.ts';
import { csiVolumeIn, isExclusive, needsAttachment } from '../../volumes/attachment.ts';
import type { Problem } from '../pod-problems.ts';
import { type Seen, shown } from './facts.ts';

export interface AttachFacts {
  readonly claim: Readonly<PersistentVolumeClaim>;
  readonly volume: Readonly<PersistentVolume>;
  readonly driver: Seen<CSIDriver>;
  /** Of the volume. Undefined for users who may not list them. */
  readonly attachments?: readonly Readonly<VolumeAttachment>[];
  /** Other pods that use the claim. */
  readonly users: readonly Readonly<Pod>[];
}

export function attachProblems({ volume, driver, attachments, users }: AttachFacts, node: string): Problem[] {
  const csi = csiVolumeIn(volume);
  if (!csi || !attachments || driver === 'hidden' || !needsAttachment(shown(driver))) return [];
  const where = `volume ${nameOf(volume)}`;
  const own = attachments.find(({ spec }) => spec.nodeName === node);
  if (own?.status?.attached) return [];
  const failure = own?.status?.attachError?.message;
  if (failure) return [{ where, reason: 'AttachError', message: failure }];
  const elsewhere = isExclusive(volume) ? attachments.find(({ spec }) => spec.nodeName !== node) : undefined;
  if (!own && elsewhere) return [{ where, reason: 'MultiAttach', message: occupied(elsewhere, users) }];
  const message = own
    ? `driver ${csi.driver} is attaching it to node ${node}`
    : `is to be attached to node ${node}`;
  return [{ where, reason: 'AttachPending', message }];
}

function occupied({ spec, status }: Readonly<VolumeAttachment>, users: readonly Readonly<Pod>[]): string {
  const there = users
    .filter((pod) => pod.spec?.nodeName === spec.nodeName && !isPodTerminal(pod))
    .map(nameOf);
  const failure = status?.detachError?.message;
  return [
    `is attached to node ${spec.nodeName}, and can be attached to one only`,
    there.length > 0 ? `; it is used there by ${there.join(', ')}` : '; it is to be detached there',
    failure ? `: ${failure}` : '',
  ].join('');
}
