// The quality-of-service class of a pod, from its containers' requests and limits. Set once, on creation.
import type { Container } from '../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../api/kinds/core/v1/pod-spec.ts';

const CLASSED = ['cpu', 'memory'] as const;
const ZERO = /^0+(\.0*)?[a-zA-Z]*$/;

type Amounts = Readonly<Record<string, string>> | undefined;
const given = (amounts: Amounts, resource: string): string | undefined => {
  const amount = amounts?.[resource];
  return amount !== undefined && !ZERO.test(String(amount)) ? String(amount) : undefined;
};

/** As upstream reads it: Guaranteed when every container limits cpu and memory and requests no less. */
export function qosClass(spec: PodSpec | undefined): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const sources = spec?.resources ? [spec] : containers;
  const any = sources.some(({ resources }) =>
    CLASSED.some((name) => given(resources?.requests, name) || given(resources?.limits, name)),
  );
  if (!any) return 'BestEffort';
  return sources.every(isFull) ? 'Guaranteed' : 'Burstable';
}

const isFull = ({ resources }: Pick<Container, 'resources'>): boolean =>
  CLASSED.every((name) => {
    const limit = given(resources?.limits, name);
    return limit !== undefined && (given(resources?.requests, name) ?? limit) === limit;
  });
