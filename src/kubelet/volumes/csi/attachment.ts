// Whether a volume is attached to this node, as far as its driver attaches volumes at all: the node has said that it uses the volume, the
// attach-detach controller says that it is attached, and the attacher has filled the VolumeAttachment.
// Upstream: GenerateVerifyControllerAttachedVolumeFunc, and WaitForAttach in pkg/volume/csi/csi_attacher.go.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { VolumeAttachment } from '../../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted } from '../../../api/meta/v1/object.ts';
import { attachmentNameOf, needsAttachment, volumeNameOf } from '../../../api/volumes/attachment.ts';
import type { StringMap } from '../../../csi/messages/volume.ts';
import { numberOf } from '../../../kit/grpc/status.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { during } from '../operation-error.ts';
import type { CsiEnvironment } from './environment.ts';
import type { CsiSource } from './source.ts';

/** By gRPC's number. */
const RESOURCE_EXHAUSTED = numberOf('resourceExhausted');

/** What the attacher says of an attached volume; 'not needed' of drivers that attach none. */
export type Attachment = { readonly info: StringMap } | 'not needed';

type Reads = Pick<CsiEnvironment, 'client' | 'csiDriver' | 'inUse' | 'nodeName'>;

/** Undefined while it has to be waited for. */
export async function attachmentOf(environment: Reads, source: CsiSource): Promise<Attachment | undefined> {
  const { client, csiDriver, inUse, nodeName } = environment;
  if (source.isEphemeral || !needsAttachment(await csiDriver(source.driver))) return 'not needed';
  const name = volumeNameOf(source);
  inUse.add(name);
  if (!inUse.isReported(name)) return undefined;
  const { status } = await client.get(Node, nodeName);
  if (!status?.volumesAttached?.some((attached) => attached.name === name)) return undefined;
  const info = attachedInfo(environment, source);
  return { info: await during(`${source.isBlock ? 'MapVolume' : 'MountVolume'}.WaitForAttach failed`, info) };
}

/** Whether the attacher was told that the node has no room; then the API learns at once how much there is. Upstream: VerifyExhaustedResource. */
export async function isExhausted(
  { client, csiDriver, nodeName, updateNode, log }: Reads & Pick<CsiEnvironment, 'updateNode' | 'log'>,
  source: CsiSource,
): Promise<boolean> {
  const driver = await csiDriver(source.driver);
  if (!driver?.spec.nodeAllocatableUpdatePeriodSeconds) return false;
  const name = attachmentNameOf(source, nodeName);
  const attachment = await client.get(VolumeAttachment, name).catch(() => undefined);
  if (attachment?.status?.attachError?.errorCode !== RESOURCE_EXHAUSTED) return false;
  await updateNode(source.driver).catch((error: unknown) => {
    log.warn('Failed to update CSIDriver', { driver: source.driver, error: messageOf(error) });
  });
  return true;
}

async function attachedInfo({ client, nodeName }: Reads, source: CsiSource): Promise<StringMap> {
  const { handle } = source;
  const name = attachmentNameOf(source, nodeName);
  const attachment = await client.get(VolumeAttachment, name).catch((error: unknown) => {
    throw new Error(`volume ${handle} has GET error for volume attachment ${name}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  if (isBeingDeleted(attachment)) throw new Error('volume attachment is being deleted');
  const { attached, attachmentMetadata = {}, attachError } = attachment.status ?? {};
  if (attached) return attachmentMetadata;
  throw new Error(attachError?.message || `volume ${handle} is not attached for volume attachment ${name}`);
}
