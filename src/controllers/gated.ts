// The controllers of kinds that are served only with --runtime-config, and others that run by feature gate: each is loaded and started
// if its gate is on and the API server serves its kind. Called by all.ts.
import type { Discovered } from '../client/rest/discovery.ts';
import type { ControllerSettings, Entry } from './entry.ts';

export interface GatedEntry extends Omit<Entry, 'create'> {
  readonly gate: string;
  readonly group: string;
  readonly plural: string;
  load(): Promise<Entry['create']>;
}

const CERTIFICATES = 'certificates.k8s.io';

/** By upstream's names. */
export const gatedControllers: Readonly<Record<string, GatedEntry>> = {
  'device-taint-eviction-controller': {
    gate: 'DRADeviceTaints',
    group: 'resource.k8s.io',
    plural: 'resourceslices',
    load: async () =>
      (await import('./device-taint-eviction/controller.ts')).createDeviceTaintEvictionController,
  },
  'kube-apiserver-serving-clustertrustbundle-publisher-controller': {
    gate: 'ClusterTrustBundle',
    group: CERTIFICATES,
    plural: 'clustertrustbundles',
    account: 'kube-apiserver-serving-clustertrustbundle-publisher',
    async load() {
      const { createTrustBundlePublisher } = await import('./root-ca/trust-bundle-publisher.ts');
      return (context, { rootCa }) => createTrustBundlePublisher(context, rootCa);
    },
  },
  'podcertificaterequest-cleaner-controller': {
    gate: 'PodCertificateRequest',
    group: CERTIFICATES,
    plural: 'podcertificaterequests',
    account: 'podcertificaterequestcleaner',
    load: async () =>
      (await import('./certificate-signing/pod-certificate-cleaner.ts')).createPodCertificateCleaner,
  },
  'podgroup-protection-controller': {
    gate: 'GenericWorkload',
    group: 'scheduling.k8s.io',
    plural: 'podgroups',
    load: async () =>
      (await import('./pod-group-protection/controller.ts')).createPodGroupProtectionController,
  },
  'resourceclaim-controller': {
    gate: 'DynamicResourceAllocation',
    group: 'resource.k8s.io',
    plural: 'resourceclaims',
    account: 'resource-claim-controller',
    component: 'resource_claim',
    load: async () => (await import('./resource-claim/controller.ts')).createResourceClaimController,
  },
  'resourcepoolstatusrequest-controller': {
    gate: 'DRAResourcePoolStatus',
    group: 'resource.k8s.io',
    plural: 'resourcepoolstatusrequests',
    load: async () =>
      (await import('./resource-pool-status/controller.ts')).createResourcePoolStatusController,
  },
  'storage-version-migrator-controller': {
    gate: 'StorageVersionMigrator',
    group: 'storagemigration.k8s.io',
    plural: 'storageversionmigrations',
    load: async () => (await import('./storage-version-migrator/controller.ts')).createStorageVersionMigrator,
  },
  'storageversion-garbage-collector-controller': {
    gate: 'StorageVersionAPI',
    group: 'internal.apiserver.k8s.io',
    plural: 'storageversions',
    account: 'storage-version-garbage-collector',
    load: async () => (await import('./storage-version-gc/controller.ts')).createStorageVersionCollector,
  },
};

/** The names among `names` that are to be started. Asks nothing of the API server if no gate is on. */
export async function wanted(
  names: readonly string[],
  { features }: Pick<ControllerSettings, 'features'>,
  discover: () => Promise<Discovered>,
): Promise<readonly string[]> {
  const on = names.filter((name) => {
    const gate = gatedControllers[name]?.gate;
    return gate !== undefined && features?.enabled(gate);
  });
  if (on.length === 0) return [];
  const { kinds } = await discover();
  return on.filter((name) => {
    const { group, plural } = gatedControllers[name]!;
    return kinds.some(({ resource }) => resource.group === group && resource.plural === plural);
  });
}
