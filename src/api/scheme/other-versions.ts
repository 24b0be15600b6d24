// Alpha and beta versions of kinds that are stored in another one: they share its objects, rules and columns, and its defaults
// where they have the same fields. They are served only when --runtime-config turns them on, and this file is loaded only then.
import * as conversions from '../conversion/resource-v1beta1.ts';
import { on } from '../defaults/rule.ts';
import { MutatingAdmissionPolicy } from '../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { ClusterTrustBundle } from '../kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { LeaseCandidate } from '../kinds/coordination/v1beta1/lease-candidate.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { ServiceCIDR } from '../kinds/networking/v1/service-cidr.ts';
import { DeviceClass } from '../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../kinds/resource/v1/resource-claim-template.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { DeviceTaintRule } from '../kinds/resource/v1alpha3/device-taint-rule.ts';
import { DeviceRequest, DeviceSubRequest } from '../kinds/resource/v1beta1/device.ts';
import { ResourceClaim as BetaClaim } from '../kinds/resource/v1beta1/resource-claim.ts';
import { ResourceClaimTemplate as BetaTemplate } from '../kinds/resource/v1beta1/resource-claim-template.ts';
import { ResourceSlice as BetaSlice } from '../kinds/resource/v1beta1/resource-slice.ts';
import { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import { type AnyResource, inVersion, type KubeObject, type ObjectOf } from '../meta/v1/resource.ts';
import { decideDefault, decideForm } from './own-decisions.ts';

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
  [ClusterTrustBundle, ['v1alpha1']],
];

export interface Form {
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
}

const form = <K extends AnyResource, S extends AnyResource>(
  kind: K,
  _stored: S,
  conversion: {
    toStored(object: ObjectOf<K> & KubeObject): ObjectOf<S> & KubeObject;
    fromStored(object: ObjectOf<S> & KubeObject): ObjectOf<K> & KubeObject;
  },
): readonly [AnyResource, Form] => [kind, conversion];

/** Versions whose fields are others, and their conversions. */
export const otherForms: ReadonlyMap<AnyResource, Form> = new Map([
  form(BetaClaim, ResourceClaim, conversions.claim),
  form(BetaTemplate, ResourceClaimTemplate, conversions.template),
  form(BetaSlice, ResourceSlice, conversions.slice),
]);
/** A request of alternatives has neither. */
decideDefault(
  on(DeviceRequest, (request) => {
    if (!request.deviceClassName) return;
    request.allocationMode ??= 'ExactCount';
    if (request.allocationMode === 'ExactCount') request.count ??= 1;
  }),
);
decideDefault(
  on(DeviceSubRequest, (request) => {
    if (request.allocationMode === 'ExactCount') request.count ??= 1;
  }),
);

for (const [kind, { toStored }] of otherForms) decideForm(kind, toStored);

export const otherVersions: readonly AnyResource[] = [
  ...SAME.flatMap(([kind, versions]) => versions.map((version) => inVersion(kind, version))),
  ...otherForms.keys(),
];
