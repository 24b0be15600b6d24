// Validates IPAddresses, whose name is the address itself, in the one form that it has.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import type { IPAddress } from '../../../kinds/networking/v1/ip-address.ts';
import { strictIpComplaints } from '../../addresses.ts';
import { complaints, type FieldError, required } from '../../field.ts';
import { isDNS1123Subdomain, pathSegmentName } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';

const parent = 'spec.parentRef';

function parentErrors({ spec }: IPAddress): FieldError[] {
  const { parentRef } = spec;
  if (!parentRef) return [required(parent)];
  const { group, resource, name, namespace } = parentRef;
  const segment = (field: string, value: string) =>
    complaints(`${parent}.${field}`, value, pathSegmentName(value));
  return [
    ...(group ? complaints(`${parent}.group`, group, isDNS1123Subdomain(group)) : []),
    ...(resource ? segment('resource', resource) : [required(`${parent}.resource`)]),
    ...(name ? segment('name', name) : [required(`${parent}.name`)]),
    ...(namespace ? segment('namespace', namespace) : []),
  ];
}

export const ipAddressRules: Rules<IPAddress> = {
  name: strictIpComplaints,
  create: parentErrors,
  update: ({ spec }, old) => unchanged(parent, spec.parentRef, old.spec.parentRef),
};
