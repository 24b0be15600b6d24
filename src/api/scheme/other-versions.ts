// Alpha and beta versions that have the fields of the stored one: they share its objects, defaults, rules and columns. They are
// served only when --runtime-config turns them on, and this file is loaded only then.
import { MutatingAdmissionPolicy } from '../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { LeaseCandidate } from '../kinds/coordination/v1beta1/lease-candidate.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../kinds/resource/v1/resource-claim-template.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { DeviceTaintRule } from '../kinds/resource/v1alpha3/device-taint-rule.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import type { AnyResource } from '../meta/v1/resource.ts';

/** In Kubernetes v1.36 these have the same fields, with the same numbers in protobuf. */
const SAME: readonly (readonly [AnyResource, readonly string[]])[] = [
  [MutatingAdmissionPolicy, ['v1alpha1', 'v1beta1']],
  [MutatingAdmissionPolicyBinding, ['v1alpha1', 'v1beta1']],
  [IPAddress, ['v1beta1']],
  [ServiceCIDR, ['v1beta1']],
  [DeviceClass, ['v1beta1', 'v1beta2']],
  [ResourceClaim, ['v1beta2']],
  [ResourceClaimTemplate, ['v1beta2']],
  [ResourceSlice, ['v1beta2']],
  [VolumeAttributesClass, ['v1beta1']],
  [LeaseCandidate, ['v1alpha2']],
  [DeviceTaintRule, ['v1beta2']],
];

/** The parts of the kind keep their names of the stable version in OpenAPI. */
const inVersion = (kind: AnyResource, version: string): AnyResource => ({
  ...kind,
  name: kind.name.replace(`.${kind.resource.version}.`, `.${version}.`),
  resource: { ...kind.resource, version, like: kind },
});

export const otherVersions: readonly AnyResource[] = SAME.flatMap(([kind, versions]) =>
  versions.map((version) => inVersion(kind, version)),
);
