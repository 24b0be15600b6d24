// Promise: a claim whose class is of a CSI driver gets a volume that the driver makes, one and no more; the volume is deleted after its
// claim, if its reclaim policy says so; and the scheduler is told where there is room for others.
// Upstream: kubernetes-csi/external-provisioner and sig-storage-lib-external-provisioner.
import { type CsiSettings, Drivers } from '../csi/drivers.ts';
import type { Loaded } from '../csi/on-demand.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { capacities } from './capacity/capacities.ts';
import { claimsAndVolumes } from './claims-and-volumes.ts';

export function createCsiProvisioner(context: ControllerContext, settings?: CsiSettings): Loaded {
  const drivers = new Drivers(context, settings);
  const room = capacities(context, drivers);
  const volumes = claimsAndVolumes(context, drivers, room.isFull);
  return {
    watches: [...volumes.watches, ...room.watches],
    // Each knows its keys, and leaves the other's alone.
    reconcile: async (key) => (await volumes.reconcile(key)) ?? (await room.reconcile(key)),
  };
}
