// The listeners of a Gateway with those of its ListenerSets, in order of precedence, each with what is wrong with it. Pure; called by
// compile.ts.
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { Listener, RouteGroupKind } from '../../../api/kinds/gateway/v1/listeners.ts';
import { GATEWAY_GROUP } from '../../../api/kinds/gateway/v1/references.ts';
import { isHost } from '../../model/alphabets.ts';
import type { ClientCertificates } from '../../model/entrances.ts';
import type { Certificate } from '../../model/routes.ts';
import { type Fault, shown } from '../verdict.ts';
import { isWhole } from '../whole.ts';
import type { Lookups } from '../world.ts';
import type { Owner } from './owner.ts';
import { certificatesOf, clientCertificatesOf } from './tls.ts';

export interface ResolvedListener {
  readonly owner: Owner;
  readonly listener: Readonly<Listener>;
  /** '' for every host. */
  readonly host: string;
  readonly kinds: readonly RouteGroupKind[];
  readonly certificates: readonly Certificate[];
  readonly clients?: ClientCertificates;
  readonly conflict?: Fault;
  readonly notAccepted?: Fault;
  readonly unresolved?: Fault;
  /** Connections are served. */
  readonly serves: boolean;
}

const HTTP_KINDS = ['HTTPRoute', 'GRPCRoute'];

const KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: HTTP_KINDS,
  HTTPS: HTTP_KINDS,
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

/** Of a Gateway with all its ListenerSets. */
export const MOST_LISTENERS = 256;

export function resolveListeners(
  gateway: Readonly<Gateway>,
  owners: readonly Owner[],
  world: Lookups,
): ResolvedListener[] {
  const taken = new Ports();
  let count = 0;
  return owners.flatMap((owner) =>
    owner.object.spec.listeners.map((listener) => {
      const tooMany = ++count > MOST_LISTENERS && owner.kind === 'ListenerSet';
      return resolve(gateway, owner, listener, taken, tooMany, world);
    }),
  );
}

function resolve(
  gateway: Readonly<Gateway>,
  owner: Owner,
  listener: Readonly<Listener>,
  taken: Ports,
  tooMany: boolean,
  world: Lookups,
): ResolvedListener {
  const { protocol } = listener;
  const host = listener.hostname ?? '';
  const known = Object.hasOwn(KINDS, protocol);
  const conflict = known && !tooMany ? taken.take(listener) : undefined;
  const { kinds, unsupported } = kindsOf(listener);
  const tls = certificatesOf(owner, listener, world);
  const { clients, unresolved: badClients, invalid } = clientCertificatesOf(gateway, listener, world);
  const notAccepted = acceptance(listener, { known, tooMany, conflict, invalid });
  const unresolved = unsupported ?? tls.unresolved ?? badClients;
  const lacksCertificate =
    protocol === 'HTTPS' || isTerminating(listener) ? tls.certificates.length === 0 : false;
  return {
    owner,
    listener,
    host,
    kinds,
    certificates: tls.certificates,
    ...(clients && { clients }),
    ...(conflict && { conflict }),
    ...(notAccepted && { notAccepted }),
    ...(unresolved && { unresolved }),
    serves: !notAccepted && !lacksCertificate && kinds.length > 0,
  };
}

export const isTerminating = ({ protocol, tls }: Readonly<Listener>): boolean =>
  protocol === 'TLS' && tls?.mode !== 'Passthrough';

function acceptance(
  { protocol, port, hostname = '', tls }: Readonly<Listener>,
  found: { known: boolean; tooMany: boolean; conflict: Fault | undefined; invalid: boolean },
): Fault | undefined {
  if (!found.known)
    return { reason: 'UnsupportedProtocol', message: `protocol ${shown(protocol)} is not supported` };
  if (found.tooMany)
    return { reason: 'TooManyListeners', message: `a Gateway has at most ${MOST_LISTENERS} listeners` };
  if (!isWhole(port, 1, 65_535)) return { reason: 'UnsupportedValue', message: 'the port is not supported' };
  if (hostname && !isHost(hostname))
    return { reason: 'UnsupportedValue', message: `hostname ${shown(hostname)} is not supported` };
  if (protocol === 'HTTPS' && !tls)
    return { reason: 'UnsupportedValue', message: 'a listener of protocol HTTPS needs tls' };
  if (found.conflict) return found.conflict;
  if (found.invalid)
    return {
      reason: 'NoValidCACertificate',
      message: 'there is no valid certificate of an authority for clients',
    };
  return undefined;
}

function kindsOf({ protocol, allowedRoutes }: Readonly<Listener>): {
  readonly kinds: readonly RouteGroupKind[];
  readonly unsupported?: Fault;
} {
  const known = Object.hasOwn(KINDS, protocol) ? KINDS[protocol]! : [];
  const group = GATEWAY_GROUP;
  if (!allowedRoutes?.kinds?.length) return { kinds: known.map((kind) => ({ group, kind })) };
  const wanted = allowedRoutes.kinds;
  const isKnown = (one: RouteGroupKind) => (one.group ?? group) === group && known.includes(one.kind);
  const bad = wanted.find((one) => !isKnown(one));
  const kinds = known.filter((kind) => wanted.some((one) => isKnown(one) && one.kind === kind));
  return {
    kinds: kinds.map((kind) => ({ group, kind })),
    ...(bad && {
      unsupported: {
        reason: 'InvalidRouteKinds',
        message: `routes of kind ${shown(bad.kind)} cannot be attached to protocol ${shown(protocol)}`,
      },
    }),
  };
}

/** Protocols that share a port, and so have different hosts on it. */
const FAMILY: Readonly<Record<string, string>> = {
  HTTP: 'http',
  HTTPS: 'tls',
  TLS: 'tls',
  TCP: 'tcp',
  UDP: 'udp',
};

/** Of one Gateway: who came first has a port, or a host of it. */
class Ports {
  /** By number, and whether it is UDP, which is a number range of its own. */
  readonly #ports = new Map<string, { readonly family: string; readonly hosts: Set<string> }>();

  take({ port, protocol, hostname = '' }: Readonly<Listener>): Fault | undefined {
    const family = FAMILY[protocol]!;
    const key = family === 'udp' ? `udp ${port}` : String(port);
    const taken = this.#ports.get(key);
    if (!taken) {
      this.#ports.set(key, { family, hosts: new Set([hostname]) });
      return undefined;
    }
    if (taken.family !== family)
      return {
        reason: 'ProtocolConflict',
        message: `port ${port} has another protocol in a listener before this`,
      };
    if (taken.hosts.has(hostname))
      return {
        reason: 'HostnameConflict',
        message: `port ${port} has hostname ${shown(hostname || '*')} in a listener before this`,
      };
    taken.hosts.add(hostname);
    return undefined;
  }
}
