// The strategies of kinds that have no stable version. Loaded only when --runtime-config turns one of them on.
// Upstream: strategy.go in pkg/registry/{storagemigration,apiserverinternal,certificates,coordination,resource}.

import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { StorageVersion } from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { ClusterTrustBundle } from '../../api/kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { PodCertificateRequest } from '../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { DeviceTaintRule } from '../../api/kinds/resource/v1alpha3/device-taint-rule.ts';
import { ResourcePoolStatusRequest } from '../../api/kinds/resource/v1alpha3/resource-pool-status-request.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { Workload } from '../../api/kinds/scheduling/v1alpha2/workload.ts';
import { StorageVersionMigration } from '../../api/kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { trustBundleErrors } from '../../api/validation/certificates/cluster-trust-bundle.ts';
import { issueErrors } from '../../api/validation/certificates/pod-certificate-status.ts';
import { paced } from '../../kit/clock.ts';
import type { Strategy } from '../registry/strategy.ts';
import { keepMetadata } from './keep-metadata.ts';
import { podGroupStrategy, workloadStrategy } from './pod-groups.ts';
import type { Strategies } from './strategies.ts';

const versioned: Strategy = { unconditionalUpdate: false, prepareStatus: keepMetadata };

/** The time is that of the effect, not that of the rule. */
const deviceTaintRuleStrategy: Strategy<DeviceTaintRule & KubeObject> = {
  generation: true,
  prepareStatus: keepMetadata,
  prepareCreate({ spec: { taint } }, { now }) {
    taint.timeAdded ??= now;
  },
  prepareUpdate({ spec: { taint } }, { spec: { taint: old } }, { now }) {
    taint.timeAdded ??= now;
    if (taint.effect !== old.effect && taint.timeAdded === old.timeAdded) taint.timeAdded = now;
  },
};

/** The certificates are read again only when they change. */
const clusterTrustBundleStrategy: Strategy<ClusterTrustBundle & KubeObject> = {
  unconditionalUpdate: false,
  validateCreate: (bundle, pace) => paced(trustBundleErrors(bundle), pace),
  validateUpdate: (bundle, old, { pace }) =>
    bundle.spec.trustBundle === old.spec.trustBundle ? [] : paced(trustBundleErrors(bundle), pace),
};

const podCertificateRequestStrategy: Strategy<PodCertificateRequest & KubeObject> = {
  unconditionalUpdate: false,
  prepareStatus: keepMetadata,
  validateUpdate: (request, old, { subresource, now }) =>
    subresource === 'status' ? issueErrors(request, old, Date.parse(now)) : [],
};

export const otherStrategies = (features: FeatureGates): Strategies =>
  new Map<AnyResource, Strategy>([
    [StorageVersionMigration, versioned],
    [StorageVersion, versioned],
    [LeaseCandidate, { createOnUpdate: true, unconditionalUpdate: false }],
    [DeviceTaintRule, deviceTaintRuleStrategy as Strategy],
    [ClusterTrustBundle, clusterTrustBundleStrategy as Strategy],
    [PodCertificateRequest, podCertificateRequestStrategy as Strategy],
    [Workload, workloadStrategy(features) as Strategy],
    [PodGroup, podGroupStrategy(features) as Strategy],
    [ResourcePoolStatusRequest, versioned],
  ]);
