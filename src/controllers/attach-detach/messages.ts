// What pods are told about the volumes that they wait for, and when. Pure.
// Upstream: reportMultiAttachError of reconciler.go, GenerateAttachVolumeFunc of pkg/volume/util/operationexecutor and verifyAttachmentStatus of
// pkg/volume/csi/csi_attacher.go. Users must not learn the names of pods in other namespaces.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { CsiVolume } from '../../api/volumes/attachment.ts';
import { isAttached } from './plan.ts';
import type { Attachment } from './sources.ts';

export const attached = (volume: string): string =>
  // As upstream, a space ends the message.
  `AttachVolume.Attach succeeded for volume ${JSON.stringify(volume)} `;

export const notAttached = (volume: string, why: string): string =>
  `AttachVolume.Attach failed for volume ${JSON.stringify(volume)} : ${why}`;

export const notCreated = (why: string): string => `kubernetes.io/csi: attacher.Attach failed: ${why}`;

/** For a pod whose volume is attached to another node, where `users` use it. */
export function refused(volume: string, pod: Readonly<Pod>, users: readonly Readonly<Pod>[]): string {
  const own = users.filter((user) => namespaceOf(user) === namespaceOf(pod)).map(nameOf);
  const others = `${users.length - own.length} pod(s) in different namespaces`;
  const prefix = `Multi-Attach error for volume ${JSON.stringify(volume)} Volume is already`;
  if (users.length === 0)
    return `${prefix} exclusively attached to one node and can't be attached to another`;
  if (own.length === 0) return `${prefix} used by ${others}`;
  return `${prefix} used by pod(s) ${own.join(', ')}${own.length < users.length ? ` and ${others}` : ''}`;
}

/** How long an attacher may take until pods are told, and until they are told again. */
const PATIENCE_MS = 2 * 60_000;

/** What pods were told last, and when. */
export interface Told {
  readonly error: string | undefined;
  readonly at: number;
}

/** Why the volume is not attached, if it is time to tell pods; and milliseconds until it will be. Undefined once it is attached. */
export function problemOf(
  attachment: Attachment,
  { driver, handle }: CsiVolume,
  told: Told | undefined,
  now: number,
): { readonly why?: string; readonly error: string | undefined; readonly waitMs: number } | undefined {
  const isLeaving = isBeingDeleted(attachment);
  if (isAttached(attachment) && !isLeaving) return undefined;
  const failure = isLeaving ? undefined : attachment.status?.attachError;
  const error = failure && `${failure.time ?? ''} ${failure.message ?? ''}`;
  const since = told?.at ?? Date.parse(attachment.metadata.creationTimestamp ?? '');
  const waitMs = since + PATIENCE_MS - now;
  const isNew = error !== undefined && error !== told?.error;
  if (waitMs > 0 && !isNew) return { error, waitMs };
  const why =
    failure?.message ??
    (isLeaving
      ? 'volume attachment is being deleted'
      : `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`);
  return { why, error, waitMs: PATIENCE_MS };
}
