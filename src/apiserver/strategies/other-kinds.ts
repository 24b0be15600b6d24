// The strategies of kinds that have no stable version. Loaded only when --runtime-config turns one of them on.
// Upstream: strategy.go in pkg/registry/{storagemigration,apiserverinternal,coordination,resource}.

import { StorageVersion } from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { LeaseCandidate } from '../../api/kinds/coordination/v1beta1/lease-candidate.ts';
import { DeviceTaintRule } from '../../api/kinds/resource/v1alpha3/device-taint-rule.ts';
import { StorageVersionMigration } from '../../api/kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import type { Strategy } from '../registry/strategy.ts';
import { keepMetadata } from './keep-metadata.ts';
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

export const otherStrategies: Strategies = new Map<AnyResource, Strategy>([
  [StorageVersionMigration, versioned],
  [StorageVersion, versioned],
  [LeaseCandidate, { createOnUpdate: true, unconditionalUpdate: false }],
  [DeviceTaintRule, deviceTaintRuleStrategy as Strategy],
]);
