// Kinds that have no stable version, in the version in which they are stored. They are served only when --runtime-config turns
// them on, and this file is loaded only then. None has warnings, or defaults that depend on other fields.
import * as columns from '../columns/other-kinds.ts';
import { StorageVersion } from '../kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { LeaseCandidate } from '../kinds/coordination/v1beta1/lease-candidate.ts';
import { DeviceTaintRule } from '../kinds/resource/v1alpha3/device-taint-rule.ts';
import { StorageVersionMigration } from '../kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { deviceTaintRuleRules } from '../validation/kinds/beta/device-taint-rule.ts';
import { leaseCandidateRules } from '../validation/kinds/beta/lease-candidate.ts';
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

export const otherKinds: readonly AnyResource[] = [
  StorageVersionMigration,
  StorageVersion,
  LeaseCandidate,
  DeviceTaintRule,
];
