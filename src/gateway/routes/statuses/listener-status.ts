// What is observed of listeners, for the status of their Gateway or ListenerSet. Pure.
import type { ListenerStatus } from '../../../api/kinds/gateway/v1/listeners.ts';
import type { ResolvedListener } from '../listeners/resolve.ts';
import { type Fault, faulty, fine, type Verdict, verdictOf } from '../verdict.ts';
import { conditionsOf, type Moment } from './conditions.ts';

/** `unserved`: why nothing of the Gateway is. */
export function listenerStatus(
  one: ResolvedListener,
  attachedRoutes: number,
  before: readonly ListenerStatus[] | undefined,
  moment: Moment,
  unserved: Fault | undefined,
): ListenerStatus {
  const { name } = one.listener;
  const former = before?.find((status) => status.name === name);
  return {
    attachedRoutes,
    conditions: conditionsOf(verdictsOf(one, unserved), former?.conditions, moment),
    name,
    supportedKinds: one.kinds.map((kind) => ({ ...kind })),
  };
}

function verdictsOf(one: ResolvedListener, unserved: Fault | undefined): Verdict[] {
  const { conflict, notAccepted, unresolved } = one;
  return [
    verdictOf('Accepted', notAccepted),
    conflict
      ? { type: 'Conflicted', status: 'True', ...conflict }
      : { type: 'Conflicted', status: 'False', reason: 'NoConflicts', message: '' },
    verdictOf('ResolvedRefs', unresolved),
    programmed(one, unserved),
  ];
}

function programmed(
  { conflict, notAccepted, unresolved, serves }: ResolvedListener,
  unserved: Fault | undefined,
): Verdict {
  if (conflict) return faulty('Programmed', conflict);
  if (!serves) {
    const message = (notAccepted ?? unresolved)?.message ?? 'the listener allows no routes';
    return faulty('Programmed', { reason: 'Invalid', message });
  }
  if (unserved) return faulty('Programmed', { reason: 'Pending', message: unserved.message });
  return fine('Programmed');
}
