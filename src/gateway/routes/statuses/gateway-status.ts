// What is observed of a Gateway and of its ListenerSets. Pure; called by ../../gateway-reports.ts.
import { addressOf } from '../../../api/addresses/prefix.ts';
import type { GatewayStatus } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { ListenerSetStatus } from '../../../api/kinds/gateway/v1/listener-set.ts';
import type { CompiledGateway, CompiledSet } from '../gateways.ts';
import type { ResolvedListener } from '../listeners/resolve.ts';
import { type Fault, faulty, fine, type Verdict, verdictOf } from '../verdict.ts';
import { conditionsOf } from './conditions.ts';
import { listenerStatus } from './listener-status.ts';

type CountOf = (listener: ResolvedListener) => number;

/** Types that a Gateway may have had from here, and has no longer. */
const OWN = new Set(['InsecureFrontendValidationMode']);

/** `failure`: why the proxy does not serve what was compiled. */
export function gatewayStatus(
  compiled: CompiledGateway,
  countOf: CountOf,
  failure: string | undefined,
  now: string,
): GatewayStatus {
  const { gateway, address, listeners, sets } = compiled;
  const { status: before, metadata, spec } = gateway;
  const moment = { now, generation: metadata.generation };
  const unserved = unservedOf(compiled, failure);
  const own = listeners.filter(({ owner }) => owner.kind === 'Gateway');
  const validations = [
    spec.tls?.frontend?.default,
    ...(spec.tls?.frontend?.perPort ?? []).map(({ tls }) => tls),
  ];
  const insecure = validations.some((tls) => tls?.validation?.mode === 'AllowInsecureFallback');
  const verdicts: Verdict[] = [
    accepted(compiled),
    programmed(compiled, unserved),
    verdictOf('ResolvedRefs', compiled.unresolved),
    ...(insecure
      ? [
          fine(
            'InsecureFrontendValidationMode',
            'ConfigurationChanged',
            'clients without a valid certificate are served',
          ),
        ]
      : []),
  ];
  const attached = sets.filter(({ notAccepted }) => !notAccepted).length;
  return {
    addresses: address.shown.map((value) => ({ type: addressOf(value) ? 'IPAddress' : 'Hostname', value })),
    attachedListenerSets: attached,
    conditions: conditionsOf(verdicts, before?.conditions, moment, OWN),
    listeners: own.map((one) => listenerStatus(one, countOf(one), before?.listeners, moment, unserved)),
  };
}

function unservedOf(
  { notAccepted, address }: CompiledGateway,
  failure: string | undefined,
): Fault | undefined {
  if (notAccepted) return { reason: 'Invalid', message: notAccepted.message };
  if (address.pairs.length === 0) return address.unusable;
  return failure === undefined ? undefined : { reason: 'Pending', message: failure };
}

function accepted({ notAccepted, listeners }: CompiledGateway): Verdict {
  if (notAccepted) return faulty('Accepted', notAccepted);
  const isPartial = listeners.some(({ owner, notAccepted: fault }) => owner.kind === 'Gateway' && fault);
  return isPartial
    ? fine('Accepted', 'ListenersNotValid', 'some listeners are not accepted')
    : fine('Accepted');
}

function programmed({ address, listeners }: CompiledGateway, unserved: Fault | undefined): Verdict {
  if (unserved) return faulty('Programmed', unserved);
  if (address.unusable) return faulty('Programmed', address.unusable);
  if (listeners.some(({ serves }) => serves)) return fine('Programmed');
  return faulty('Programmed', { reason: 'Invalid', message: 'no listener can be served' });
}

export function listenerSetStatus(
  { set, notAccepted }: CompiledSet,
  compiled: CompiledGateway,
  countOf: CountOf,
  failure: string | undefined,
  now: string,
): ListenerSetStatus {
  const { status: before, metadata } = set;
  const moment = { now, generation: metadata.generation };
  const unserved = unservedOf(compiled, failure);
  const own = compiled.listeners.filter(({ owner }) => owner.object === set);
  const isPartial = own.some((one) => one.notAccepted);
  const verdicts = [
    notAccepted
      ? faulty('Accepted', notAccepted)
      : isPartial
        ? fine('Accepted', 'ListenersNotValid', 'some listeners are not accepted')
        : fine('Accepted'),
    setProgrammed(notAccepted, unserved, own),
  ];
  return {
    conditions: conditionsOf(verdicts, before?.conditions, moment),
    listeners: own.map((one) => listenerStatus(one, countOf(one), before?.listeners, moment, unserved)),
  };
}

function setProgrammed(
  notAccepted: Fault | undefined,
  unserved: Fault | undefined,
  listeners: readonly ResolvedListener[],
): Verdict {
  if (notAccepted) return faulty('Programmed', notAccepted);
  if (unserved) return faulty('Programmed', { reason: 'Pending', message: unserved.message });
  if (listeners.some(({ serves }) => serves)) return fine('Programmed');
  return faulty('Programmed', { reason: 'Invalid', message: 'no listener can be served' });
}
