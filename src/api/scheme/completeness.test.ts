// Adding a kind means deciding what is special about it. Each of these tables is keyed by the kind itself; a kind that
// needs nothing of its own is named here, so that it was decided and not forgotten (docs/checklists/add-a-kind.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printers } from '../columns/table.ts';
import { rules } from '../defaults/rules.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import type { StructType, Type } from '../schema/notation.ts';
import { ruleBook } from '../validation/kinds/rule-book.ts';
import { warners } from '../warnings/warnings.ts';
import { builtInKinds } from './kinds.ts';

const nameOf = ({ resource }: AnyResource) =>
  `${resource.group || 'core'}/${resource.version}/${resource.kind}`;

/** The kinds without an entry are exactly the ones that are named. */
function decided(has: (kind: AnyResource) => boolean, none: string): void {
  const without = builtInKinds.filter((kind) => !has(kind)).map(nameOf);
  assert.deepEqual(without.sort(), none.trim().split(/\s+/).sort());
}

function known(kinds: Iterable<AnyResource>): void {
  for (const kind of kinds) assert.ok(builtInKinds.includes(kind), nameOf(kind));
}

/** Whether a rule fills the struct itself or one that it contains. */
function hasRule(type: Type, seen = new Set<StructType>()): boolean {
  if (type.is === 'list' || type.is === 'map') return hasRule(type.of, seen);
  if (type.is !== 'struct' || seen.has(type)) return false;
  seen.add(type);
  return rules.has(type) || Object.values(type.fields).some((field) => hasRule(field.type, seen));
}

test('every kind has validation rules, or is validated by its definition alone', () => {
  known(ruleBook.keys());
  decided(
    (kind) => ruleBook.has(kind),
    `
    authentication.k8s.io/v1/SelfSubjectReview
    authentication.k8s.io/v1/TokenReview
    authorization.k8s.io/v1/LocalSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectRulesReview
    authorization.k8s.io/v1/SubjectAccessReview
    core/v1/Binding
    core/v1/ComponentStatus
  `,
  );
});

test('every kind has columns, or shows its name and age', () => {
  known(printers.keys());
  decided(
    (kind) => printers.has(kind),
    `
    apiextensions.k8s.io/v1/CustomResourceDefinition
    authentication.k8s.io/v1/SelfSubjectReview
    authentication.k8s.io/v1/TokenReview
    authorization.k8s.io/v1/LocalSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectRulesReview
    authorization.k8s.io/v1/SubjectAccessReview
    core/v1/Binding
    core/v1/LimitRange
    rbac.authorization.k8s.io/v1/ClusterRole
    rbac.authorization.k8s.io/v1/Role
  `,
  );
});

test('every kind has warnings, or nothing to warn of', () => {
  known(warners.keys());
  decided(
    (kind) => warners.has(kind),
    `
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicy
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding
    admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding
    admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
    apiextensions.k8s.io/v1/CustomResourceDefinition
    apiregistration.k8s.io/v1/APIService
    apps/v1/ControllerRevision
    authentication.k8s.io/v1/SelfSubjectReview
    authentication.k8s.io/v1/TokenReview
    authorization.k8s.io/v1/LocalSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectRulesReview
    authorization.k8s.io/v1/SubjectAccessReview
    autoscaling/v1/HorizontalPodAutoscaler
    autoscaling/v2/HorizontalPodAutoscaler
    certificates.k8s.io/v1/CertificateSigningRequest
    coordination.k8s.io/v1/Lease
    core/v1/Binding
    core/v1/ComponentStatus
    core/v1/ConfigMap
    core/v1/Endpoints
    core/v1/Event
    core/v1/LimitRange
    core/v1/Namespace
    core/v1/Node
    core/v1/PersistentVolume
    core/v1/PersistentVolumeClaim
    core/v1/ResourceQuota
    core/v1/Secret
    core/v1/ServiceAccount
    discovery.k8s.io/v1/EndpointSlice
    events.k8s.io/v1/Event
    flowcontrol.apiserver.k8s.io/v1/FlowSchema
    flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration
    networking.k8s.io/v1/IPAddress
    networking.k8s.io/v1/IngressClass
    networking.k8s.io/v1/NetworkPolicy
    networking.k8s.io/v1/ServiceCIDR
    node.k8s.io/v1/RuntimeClass
    policy/v1/PodDisruptionBudget
    rbac.authorization.k8s.io/v1/ClusterRole
    rbac.authorization.k8s.io/v1/ClusterRoleBinding
    rbac.authorization.k8s.io/v1/Role
    rbac.authorization.k8s.io/v1/RoleBinding
    resource.k8s.io/v1/DeviceClass
    resource.k8s.io/v1/ResourceClaim
    resource.k8s.io/v1/ResourceClaimTemplate
    resource.k8s.io/v1/ResourceSlice
    scheduling.k8s.io/v1/PriorityClass
    storage.k8s.io/v1/CSIDriver
    storage.k8s.io/v1/CSINode
    storage.k8s.io/v1/CSIStorageCapacity
    storage.k8s.io/v1/StorageClass
    storage.k8s.io/v1/VolumeAttachment
    storage.k8s.io/v1/VolumeAttributesClass
  `,
  );
});

test('every kind has defaulting rules, or all its defaults stand beside its fields', () => {
  decided(
    (kind) => hasRule(kind),
    `
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicy
    admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding
    admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy
    admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding
    admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
    apiregistration.k8s.io/v1/APIService
    apps/v1/ControllerRevision
    authentication.k8s.io/v1/SelfSubjectReview
    authentication.k8s.io/v1/TokenReview
    authorization.k8s.io/v1/LocalSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectAccessReview
    authorization.k8s.io/v1/SelfSubjectRulesReview
    authorization.k8s.io/v1/SubjectAccessReview
    autoscaling/v1/HorizontalPodAutoscaler
    certificates.k8s.io/v1/CertificateSigningRequest
    coordination.k8s.io/v1/Lease
    core/v1/Binding
    core/v1/ComponentStatus
    core/v1/ConfigMap
    core/v1/Endpoints
    core/v1/Event
    core/v1/PersistentVolumeClaim
    core/v1/ResourceQuota
    core/v1/Secret
    core/v1/ServiceAccount
    discovery.k8s.io/v1/EndpointSlice
    events.k8s.io/v1/Event
    flowcontrol.apiserver.k8s.io/v1/FlowSchema
    flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration
    networking.k8s.io/v1/IPAddress
    networking.k8s.io/v1/Ingress
    networking.k8s.io/v1/ServiceCIDR
    node.k8s.io/v1/RuntimeClass
    policy/v1/PodDisruptionBudget
    rbac.authorization.k8s.io/v1/ClusterRole
    rbac.authorization.k8s.io/v1/Role
    resource.k8s.io/v1/DeviceClass
    resource.k8s.io/v1/ResourceSlice
    scheduling.k8s.io/v1/PriorityClass
    storage.k8s.io/v1/CSIDriver
    storage.k8s.io/v1/CSINode
    storage.k8s.io/v1/CSIStorageCapacity
    storage.k8s.io/v1/StorageClass
    storage.k8s.io/v1/VolumeAttachment
    storage.k8s.io/v1/VolumeAttributesClass
  `,
  );
});
