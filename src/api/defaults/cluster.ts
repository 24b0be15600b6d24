// Defaults of networking, access, devices and custom kinds that depend on other fields.
// Follows defaults.go of these groups in k8s.io/kubernetes pkg/apis. Collected in rules.ts.
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { IngressClassSpec } from '../kinds/networking/v1/ingress-class.ts';
import { NetworkPolicySpec } from '../kinds/networking/v1/network-policy.ts';
import { Subject } from '../kinds/rbac/v1/policy.ts';
import { DeviceSubRequest, ExactDeviceRequest } from '../kinds/resource/v1/device.ts';
import { type Entry, on } from './rule.ts';

export const clusterRules: readonly Entry[] = [
  on(NetworkPolicySpec, (spec) => {
    if (!spec.policyTypes?.length)
      spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  }),
  on(IngressClassSpec, (spec) => {
    if (spec.parameters) spec.parameters.scope ??= 'Cluster';
  }),
  on(Subject, (subject) => {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= 'rbac.authorization.k8s.io';
  }),
  on(ExactDeviceRequest, defaultCount),
  on(DeviceSubRequest, defaultCount),
  on(CustomResourceDefinition, defaultDefinition),
];

function defaultCount(request: { allocationMode?: string; count?: number }): void {
  if (request.allocationMode === 'ExactCount') request.count ??= 1;
}

function defaultDefinition({ spec, status }: CustomResourceDefinition): void {
  const names = spec?.names;
  if (names?.kind) {
    names.singular ??= names.kind.toLowerCase();
    names.listKind ??= `${names.kind}List`;
  }
  if (status && !status.storedVersions?.length) {
    status.storedVersions = (spec?.versions ?? [])
      .filter((version) => version.storage)
      .map(({ name }) => name);
  }
}
