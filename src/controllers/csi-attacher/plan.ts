// What is to be done about an attachment, and which changes of one count. Pure. Upstream: external-attacher's controller.go.
import type { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { hasFinalizer } from '../csi/finalizers.ts';
import { finalizerOf } from './finalizer.ts';

type Attachment = Readonly<VolumeAttachment>;

export type Plan = 'nothing' | 'mark' | 'attach' | 'detach';

/** `publishes`: the driver attaches; any other is attached as soon as somebody asks. */
export function planAttachment(attachment: Attachment, publishes: boolean): Plan {
  const isAttached = attachment.status?.attached ?? false;
  if (!publishes) return isAttached ? 'nothing' : 'mark';
  if (!isBeingDeleted(attachment)) return isAttached ? 'nothing' : 'attach';
  // Without the finalizer it has been detached, whatever the status says.
  return hasFinalizer(attachment, finalizerOf(attachment.spec.attacher)) ? 'detach' : 'nothing';
}

/** The rest of what changes is written by this controller: looking again because of it would end the back-off. */
export const isNews = (now: Attachment, before: Attachment): boolean =>
  isBeingDeleted(now) !== isBeingDeleted(before) || now.status?.attached !== before.status?.attached;
