// Kinds that have no stable version, in the version in which they are stored. They are served only when --runtime-config turns
// them on, and this file is loaded only then. None has warnings, or defaults that depend on other fields.
import * as columns from '../columns/other-kinds.ts';
import { StorageVersion } from '../kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { ClusterTrustBundle } from '../kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { PodCertificateRequest } from '../kinds/certificates/v1beta1/pod-certificate-request.ts';
import { LeaseCandidate } from '../kinds/coordination/v1beta1/lease-candidate.ts';
import { DeviceTaintRule } from '../kinds/resource/v1alpha3/device-taint-rule.ts';
import { ResourcePoolStatusRequest } from '../kinds/resource/v1alpha3/resource-pool-status-request.ts';
import { PodGroup } from '../kinds/scheduling/v1alpha2/pod-group.ts';
import { Workload } from '../kinds/scheduling/v1alpha2/workload.ts';
import { StorageVersionMigration } from '../kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { clusterTrustBundleRules } from '../validation/certificates/cluster-trust-bundle.ts';
import { podCertificateRequestRules } from '../validation/certificates/pod-certificate-request.ts';
import { deviceTaintRuleRules } from '../validation/kinds/beta/device-taint-rule.ts';
import { leaseCandidateRules } from '../validation/kinds/beta/lease-candidate.ts';
import { podGroupRules, workloadRules } from '../validation/kinds/beta/pod-group.ts';
import { resourcePoolStatusRequestRules } from '../validation/kinds/beta/resource-pool-status-request.ts';
import { storageVersionRules } from '../validation/kinds/beta/storage-version.ts';
import { storageVersionMigrationRules } from '../validation/kinds/beta/storage-version-migration.ts';
import { decide } from './own-decisions.ts';

decide(StorageVersionMigration, {
  rules: storageVersionMigrationRules,
  printer: columns.storageVersionMigration,
  gate: 'StorageVersionMigrator',
  statusKeepsMetadata: true,
});

decide(StorageVersion, {
  rules: storageVersionRules,
  printer: columns.storageVersion,
  statusKeepsMetadata: true,
});

decide(LeaseCandidate, {
  rules: leaseCandidateRules,
  printer: columns.leaseCandidate,
});

decide(DeviceTaintRule, {
  rules: deviceTaintRuleRules,
  printer: columns.deviceTaintRule,
  statusKeepsMetadata: true,
});

decide(ClusterTrustBundle, {
  rules: clusterTrustBundleRules,
  printer: columns.clusterTrustBundle,
  gate: 'ClusterTrustBundle',
  selectable: ['spec.signerName'],
});

decide(PodCertificateRequest, {
  rules: podCertificateRequestRules,
  printer: columns.podCertificateRequest,
  gate: 'PodCertificateRequest',
  selectable: ['spec.signerName', 'spec.podName', 'spec.nodeName'],
});

decide(Workload, {
  rules: workloadRules,
  printer: columns.workload,
  gate: 'GenericWorkload',
});

decide(PodGroup, {
  rules: podGroupRules,
  printer: columns.podGroup,
  gate: 'GenericWorkload',
  statusKeepsMetadata: true,
});

decide(ResourcePoolStatusRequest, {
  rules: resourcePoolStatusRequestRules,
  printer: columns.resourcePoolStatusRequest,
  statusKeepsMetadata: true,
});

export const otherKinds: readonly AnyResource[] = [
  StorageVersionMigration,
  StorageVersion,
  LeaseCandidate,
  DeviceTaintRule,
  ClusterTrustBundle,
  PodCertificateRequest,
  Workload,
  PodGroup,
  ResourcePoolStatusRequest,
];
