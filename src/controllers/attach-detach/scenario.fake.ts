// Clusters with a volume of a CSI driver, whose attacher and whose kubelets' part is done by the test. For the tests beside.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { attachmentNameOf, volumeNameOf } from '../../api/volumes/attachment.ts';
import { addNode } from '../../sim/by-hand/nodes.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume } from '../../sim/objects/storage.ts';

export const CONTROLLER = 'persistentvolume-attach-detach-controller';
const DRIVER = 'disk.example.com';
const FINALIZER = 'external-attacher/disk-example-com';

export const nameOfVolume = (volume: string) => volumeNameOf({ driver: DRIVER, handle: `handle-${volume}` });
const attachmentName = (volume: string, node: string) =>
  attachmentNameOf({ driver: DRIVER, handle: `handle-${volume}` }, node);

export async function addManagedNode(cluster: SimCluster, name: string): Promise<void> {
  await addNode(cluster, name);
  await manage(cluster, name);
}

export async function manage({ client }: SimCluster, node: string): Promise<void> {
  const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' };
  await client.patch(Node, node, undefined, 'merge', { metadata: { annotations } });
}

/** A claim and its volume, bound to one another. */
export async function addVolume(
  { client }: SimCluster,
  name: string,
  own: {
    readonly accessModes?: string[];
    readonly namespace?: string;
    readonly handle?: string;
    readonly ownerReferences?: OwnerReference[];
  } = {},
): Promise<void> {
  const { accessModes = ['ReadWriteOnce'], namespace = 'default', handle = `handle-${name}` } = own;
  const { ownerReferences = [] } = own;
  const claim = await client.create(
    PersistentVolumeClaim,
    aClaim(name, { volumeName: name, accessModes }, { namespace, ownerReferences }),
  );
  const claimRef = { name, namespace, uid: claim.metadata.uid! };
  const csi = { driver: DRIVER, volumeHandle: handle };
  await client.create(PersistentVolume, aVolume(name, { hostPath: undefined, csi, claimRef, accessModes }));
  const status = { phase: 'Bound' };
  await client.patch(PersistentVolumeClaim, name, namespace, 'merge', { status }, { subresource: 'status' });
}

export const addPod = (
  { client }: SimCluster,
  name: string,
  nodeName: string,
  volume = 'v',
  namespace = 'default',
): Promise<Pod> =>
  client.create(Pod, aPod(name, { nodeName, volumes: [claimVolume(volume)] }, { namespace }));

/** For good, as kubelets do when its containers have ended. */
export const removePod = ({ client }: SimCluster, name: string): Promise<void> =>
  client.delete(Pod, name, 'default', { gracePeriodSeconds: 0 });

export async function attachment(
  { client }: SimCluster,
  node: string,
  volume = 'v',
): Promise<VolumeAttachment | undefined> {
  try {
    return await client.get(VolumeAttachment, attachmentName(volume, node));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** `n1 n2-` when the volume has attachments to n1 and n2, the latter being deleted. */
export async function attachments({ client }: SimCluster): Promise<string> {
  const { items } = await client.list(VolumeAttachment);
  const texts = items.map(({ spec, metadata }) => spec.nodeName + (metadata.deletionTimestamp ? '-' : ''));
  return texts.sort().join(' ');
}

type Status = Partial<NonNullable<VolumeAttachment['status']>>;

/** The attacher's answer. */
export async function answer(cluster: SimCluster, node: string, status: Status, volume = 'v'): Promise<void> {
  const name = attachmentName(volume, node);
  const { client } = cluster;
  await client.patch(VolumeAttachment, name, undefined, 'merge', { metadata: { finalizers: [FINALIZER] } });
  await client.patch(VolumeAttachment, name, undefined, 'merge', { status }, { subresource: 'status' });
  await cluster.settle();
}

/** The attacher has attached it. */
export const attach = (cluster: SimCluster, node: string, volume = 'v'): Promise<void> =>
  answer(cluster, node, { attached: true }, volume);

/** The attacher has detached it. */
export async function detach(cluster: SimCluster, node: string, volume = 'v'): Promise<void> {
  const metadata = { finalizers: null };
  await cluster.client.patch(VolumeAttachment, attachmentName(volume, node), undefined, 'merge', {
    metadata,
  });
  await cluster.settle();
}

/** What the kubelet says that it uses. */
export async function use(cluster: SimCluster, node: string, ...volumes: string[]): Promise<void> {
  const status = { volumesInUse: volumes.map(nameOfVolume) };
  await cluster.client.patch(Node, node, undefined, 'merge', { status }, { subresource: 'status' });
  await cluster.settle();
}

/** What the node is told. */
export async function attachedTo({ client }: SimCluster, node: string): Promise<string[]> {
  const { status } = await client.get(Node, node);
  return (status?.volumesAttached ?? []).map(({ name }) => name.slice(name.indexOf('handle-') + 7)).sort();
}
