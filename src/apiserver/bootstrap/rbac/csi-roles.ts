// What the CSI controllers may do (decision 32): what the manifests of kubernetes-csi give the sidecars that upstream deploys beside each
// driver, and the way to the driver through a node's kubelet. Read by controller-roles.ts.
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { EVENTS, on } from './notation.ts';

/** Secrets: those that classes and volumes name for the driver. */
const DRIVERS: readonly PolicyRule[] = [
  on('core', 'nodes/proxy', 'get create'),
  on('core', 'nodes pods', 'read'),
  on('core', 'secrets', 'get list'),
  on('storage.k8s.io', 'csidrivers csinodes', 'read'),
  EVENTS,
];

const SNAPSHOTS = 'snapshot.storage.k8s.io';

export const CSI_RULES: Readonly<Record<string, PolicyRule[]>> = {
  'csi-attacher': [
    ...DRIVERS,
    on('core', 'persistentvolumes', 'read patch'),
    on('storage.k8s.io', 'volumeattachments', 'read patch'),
    on('storage.k8s.io', 'volumeattachments/status', 'patch'),
  ],
  'csi-provisioner': [
    ...DRIVERS,
    on('core', 'persistentvolumes', 'read create patch delete'),
    on('core', 'persistentvolumeclaims', 'read patch update'),
    on('storage.k8s.io', 'storageclasses volumeattachments volumeattributesclasses', 'read'),
    on('storage.k8s.io', 'csistoragecapacities', 'read create update patch delete'),
    on(SNAPSHOTS, 'volumesnapshots', 'read update'),
    on(SNAPSHOTS, 'volumesnapshotcontents', 'get list'),
  ],
  'csi-resizer': [
    ...DRIVERS,
    on('core', 'persistentvolumes', 'read patch'),
    on('core', 'persistentvolumeclaims', 'read'),
    on('core', 'persistentvolumeclaims/status', 'patch'),
    on('storage.k8s.io', 'volumeattributesclasses', 'read'),
  ],
  'csi-snapshotter': [
    ...DRIVERS,
    on('core', 'persistentvolumes', 'read'),
    on(SNAPSHOTS, 'volumesnapshotclasses', 'read'),
    on(SNAPSHOTS, 'volumesnapshotcontents', 'read patch'),
    on(SNAPSHOTS, 'volumesnapshotcontents/status', 'patch'),
  ],
  'volume-snapshot': [
    on('core', 'nodes pods persistentvolumes', 'read'),
    on('core', 'persistentvolumeclaims', 'read update'),
    on(SNAPSHOTS, 'volumesnapshotclasses', 'read'),
    on(SNAPSHOTS, 'volumesnapshotcontents', 'read create patch delete'),
    on(SNAPSHOTS, 'volumesnapshots', 'read update patch'),
    on(SNAPSHOTS, 'volumesnapshots/status', 'update'),
    on('authorization.k8s.io', 'subjectaccessreviews', 'create'),
    EVENTS,
  ],
};
