// ReferenceGrants: whether an object may refer to one of another namespace.
import { GATEWAY_GROUP } from '../../../api/kinds/gateway/v1/references.ts';
import type { Lookups } from '../world.ts';

export interface Referrer {
  /** Of gateway.networking.k8s.io. */
  readonly kind: string;
  readonly namespace: string;
}

export interface Referent {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function isPermitted({ grants }: Pick<Lookups, 'grants'>, from: Referrer, to: Referent): boolean {
  if (from.namespace === to.namespace) return true;
  return grants(to.namespace).some(
    ({ spec }) =>
      spec.from.some(
        (one) => one.group === GATEWAY_GROUP && one.kind === from.kind && one.namespace === from.namespace,
      ) &&
      spec.to.some(
        (one) => one.group === to.group && one.kind === to.kind && (!one.name || one.name === to.name),
      ),
  );
}
