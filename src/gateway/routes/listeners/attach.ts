// To which listeners a route is attached by one of its parentRefs, and why to none. Pure; called by compile.ts.
import type { ParentReference } from '../../../api/kinds/gateway/v1/references.ts';
import { GATEWAY_GROUP } from '../../../api/kinds/gateway/v1/references.ts';
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { isHost } from '../../model/alphabets.ts';
import { intersection } from '../hosts.ts';
import type { Fault } from '../verdict.ts';
import type { AnyRoute, GatewayWorld } from '../world.ts';
import type { ResolvedListener } from './resolve.ts';

/** A Gateway or ListenerSet that routes can name as their parent. */
export interface Parent {
  /** Key of the Gateway. */
  readonly gateway: string;
  readonly listeners: readonly ResolvedListener[];
}

export interface Attachment {
  readonly listener: ResolvedListener;
  /** Those of the route within the listener's. */
  readonly hosts: readonly string[];
}

export const parentKey = (kind: string, namespace: string, name: string): string =>
  `${kind} ${namespace}/${name}`;

/** The parent that a reference names; undefined for kinds that are none. */
export function parentKeyOf(route: Readonly<AnyRoute>, ref: Readonly<ParentReference>): string | undefined {
  const { group = GATEWAY_GROUP, kind = 'Gateway', name, namespace = route.metadata.namespace! } = ref;
  if (group !== GATEWAY_GROUP || (kind !== 'Gateway' && kind !== 'ListenerSet')) return undefined;
  return parentKey(kind, namespace, name);
}

export function attach(
  route: Readonly<AnyRoute>,
  ref: Readonly<ParentReference>,
  parent: Parent,
  world: Pick<GatewayWorld, 'namespaceLabels'>,
): readonly Attachment[] | Fault {
  const named = parent.listeners.filter(
    ({ listener }) =>
      (ref.sectionName === undefined || listener.name === ref.sectionName) &&
      (ref.port === undefined || listener.port === ref.port),
  );
  if (named.length === 0) return { reason: 'NoMatchingParent', message: 'the parent has no such listener' };
  const allowing = named.filter((one) => isAllowed(route, one, world));
  if (allowing.length === 0)
    return {
      reason: 'NotAllowedByListeners',
      message: 'no listener allows routes of this kind and namespace',
    };
  const attached = allowing
    .map((listener) => ({ listener, hosts: hostsOf(route, listener) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (attached.length === 0)
    return { reason: 'NoMatchingListenerHostname', message: 'no listener has a hostname of the route' };
  return attached;
}

function isAllowed(
  { kind, metadata }: Readonly<AnyRoute>,
  { kinds, listener, owner }: ResolvedListener,
  world: Pick<GatewayWorld, 'namespaceLabels'>,
): boolean {
  if (!kinds.some((one) => one.kind === kind)) return false;
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {};
  return isSelected(from, selector, metadata.namespace!, owner.object.metadata.namespace!, world);
}

export function isSelected(
  from: string,
  selector: Readonly<LabelSelector> | undefined,
  namespace: string,
  own: string,
  world: Pick<GatewayWorld, 'namespaceLabels'>,
): boolean {
  if (from === 'All') return true;
  if (from === 'Same') return namespace === own;
  if (from !== 'Selector') return false;
  const labels = world.namespaceLabels(namespace);
  try {
    return labels !== undefined && labelSelectorOf(selector).matches(labels);
  } catch {
    // An operator or a label that there is not.
    return false;
  }
}

function hostsOf({ kind, spec }: Readonly<AnyRoute>, { host }: ResolvedListener): string[] {
  if (kind === 'TCPRoute' || kind === 'UDPRoute') return [host];
  const wanted = 'hostnames' in spec ? (spec.hostnames ?? []) : [];
  if (wanted.length === 0) return [host];
  // Definitions without upstream's patterns let other texts through.
  const found = wanted
    .filter(isHost)
    .map((one) => intersection(host, one))
    .filter((one) => one !== undefined);
  return [...new Set(found)];
}
