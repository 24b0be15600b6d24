// Promise: a claim that asks for more than its volume has says who is waited for. The volumes of CSI drivers are made larger by resizers, which
// find such claims themselves; of in-tree disks that have been migrated, the claim names the driver. There are no in-tree plug-ins here.
// Upstream: pkg/controller/volume/expand.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { compareQuantity, parseQuantity } from '../../api/quantity/quantity.ts';
import { PRE_RESIZE_CAPACITY, STORAGE_RESIZER } from '../../api/volumes/annotations.ts';
import { driverInsteadOf, migratedPluginOf } from '../../api/volumes/migration.ts';
import { referenceTo } from '../../client/events/events.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Controller, type ControllerContext, reads, watch } from '../framework/controller.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

const storageIn = (amounts: Readonly<Record<string, string>> | undefined) =>
  parseQuantity(amounts?.storage ?? '0');
const requested = ({ spec }: Claim) => storageIn(spec?.resources?.requests);
const present = ({ status }: Claim) => storageIn(status?.capacity);

const isBound = ({ status }: Claim): boolean => status?.phase === 'Bound';
const grew = (claim: Claim, old: Claim): boolean =>
  compareQuantity(requested(claim), requested(old)) > 0 || compareQuantity(present(claim), present(old)) > 0;

/** Whether the volume is to be made larger, or has been without its file system. */
const isExpanding = (claim: Claim, volume: Volume | undefined): boolean =>
  compareQuantity(requested(claim), present(claim)) > 0 ||
  volume?.metadata.annotations?.[PRE_RESIZE_CAPACITY] !== undefined;

export function createVolumeExpander({ client, informers, events }: ControllerContext): Controller {
  const claims = informers.informer(PersistentVolumeClaim);
  const volumes = informers.informer(PersistentVolume);
  const report = (claim: Claim, type: 'Normal' | 'Warning', message: string) =>
    events.record(referenceTo(PersistentVolumeClaim, claim), type, 'ExternalExpanding', message);
  const nameResizer = async (claim: Claim, driver: string): Promise<void> => {
    if (claim.metadata.annotations?.[STORAGE_RESIZER] === driver) return;
    const patch = { metadata: { uid: uidOf(claim), annotations: { [STORAGE_RESIZER]: driver } } };
    const [name, namespace] = [nameOf(claim), namespaceOf(claim)];
    try {
      const options = { subresource: 'status' };
      await client.patch(PersistentVolumeClaim, name, namespace, 'merge', patch, options);
    } catch (error) {
      const message = `error setting resizer annotation to pvc ${keyOf(claim)}, with error ${messageOf(error)}`;
      report(claim, 'Warning', message);
      throw new Error(message, { cause: error });
    }
  };
  return {
    name: 'persistentvolume-expander-controller',
    watches: [
      watch(claims, {
        onAdd: (claim) => (isBound(claim) ? [keyOf(claim)] : []),
        onUpdate: (claim, old) => (isBound(claim) && grew(claim, old) ? [keyOf(claim)] : []),
        onDelete: () => [],
      }),
      reads(volumes),
    ],
    reconcile: async (key) => {
      const claim = claims.lister.byKey(key);
      const volume = claim && volumes.lister.get(claim.spec?.volumeName ?? '');
      if (!claim || !isExpanding(claim, volume)) return undefined;
      const ref = volume?.spec?.claimRef;
      if (!volume || ref?.namespace !== namespaceOf(claim) || ref.uid !== uidOf(claim))
        throw new Error(`persistent Volume is not bound to PVC being updated : ${key}`);
      const plugin = migratedPluginOf(volume);
      if (plugin === undefined) {
        report(claim, 'Normal', 'waiting for an external controller to expand this PVC');
        return undefined;
      }
      const message = `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`;
      report(claim, 'Normal', message);
      await nameResizer(claim, driverInsteadOf(plugin)!);
      return undefined;
    },
  };
}
