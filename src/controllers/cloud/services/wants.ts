// Which Services want a load balancer, have one to be removed, or changed in a way that concerns it. Pure.
// Upstream: wantsLoadBalancer, needsCleanup and needsUpdate (controllers/service/controller.go).
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { isBeingDeleted } from '../../../api/meta/v1/object.ts';
import { sameMeaning } from '../../framework/same-meaning.ts';

export const CLEANUP_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

type Spec = NonNullable<Service['spec']>;
type Port = NonNullable<Spec['ports']>[number];

/** A Service with a loadBalancerClass that is not the provider's own is left to whoever has that class. */
export const wantsLoadBalancer = ({ spec }: Readonly<Service>, className?: string): boolean =>
  spec?.type === 'LoadBalancer' &&
  (spec.loadBalancerClass === undefined || spec.loadBalancerClass === className);

export const hasFinalizer = ({ metadata }: Readonly<Service>): boolean =>
  metadata.finalizers?.includes(CLEANUP_FINALIZER) ?? false;

export const needsCleanup = (service: Readonly<Service>): boolean =>
  hasFinalizer(service) && (isBeingDeleted(service) || service.spec?.type !== 'LoadBalancer');

const CONCERNED = [
  'loadBalancerSourceRanges',
  'sessionAffinity',
  'sessionAffinityConfig',
  'loadBalancerIP',
  'externalIPs',
  'externalTrafficPolicy',
  'healthCheckNodePort',
] as const;

export function needsUpdate(old: Readonly<Service>, now: Readonly<Service>, className?: string): boolean {
  const [wanted, wants] = [wantsLoadBalancer(old, className), wantsLoadBalancer(now, className)];
  if (!wanted && !wants) return false;
  if (wanted !== wants || old.metadata.uid !== now.metadata.uid) return true;
  if (!sameMeaning(old.metadata.annotations, now.metadata.annotations)) return true;
  const [before, after] = [old.spec ?? {}, now.spec ?? {}];
  if (CONCERNED.some((field) => !sameMeaning(before[field], after[field]))) return true;
  if ((before.ipFamilies ?? []).length !== (after.ipFamilies ?? []).length) return true;
  return !sameMeaning(before.ports?.map(ofInterest), after.ports?.map(ofInterest));
}

const ofInterest = ({ name, protocol, port, nodePort, targetPort, appProtocol }: Port) => ({
  ...{ name, protocol, port, nodePort, targetPort, appProtocol },
});
