// What the relay is to do for a model: datagrams, which HAProxy does not know, and TLS to backends whose certificate may have one of
// several names, or another than is asked for. Pure; called by relay.ts. It goes to the thread as a message.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { backendsByUse } from '../haproxy/config/scopes.ts';
import type { DoorModel } from '../model/model.ts';
import type { Policy, Trust } from '../model/policy.ts';
import type { Endpoint, Target } from '../model/routes.ts';

export interface RelayPlan {
  readonly datagrams: readonly DatagramEntrance[];
  readonly outlets: readonly TlsOutlet[];
}

export interface DatagramEntrance {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly port: number;
  /** What falls to one without endpoints is lost. */
  readonly to: readonly { readonly weight: number; readonly endpoints: readonly Endpoint[] }[];
}

/** A Unix socket of which each connection goes on to an endpoint, with TLS. */
export interface TlsOutlet {
  readonly path: string;
  /** Group that may connect. */
  readonly gid: number;
  readonly endpoints: readonly Endpoint[];
  readonly trust: Trust;
  /** That the door speaks; none when it does not know. */
  readonly protocol?: 'http/1.1' | 'h2';
}

/** HAProxy checks the name that it asks for. */
export const needsRelay = ({ trust }: Policy): boolean =>
  trust?.names !== undefined && (trust.names.length !== 1 || trust.names[0] !== trust.hostname);

export const RELAY = 'relay';

export const outletPath = (directory: string, backend: string): string =>
  join(directory, RELAY, `${createHash('sha256').update(backend).digest('hex').slice(0, 16)}.sock`);

export function relayPlan(model: DoorModel, directory: string, gid: number): RelayPlan {
  const { backends, entrances } = model;
  const streams = new Set(backendsByUse(model).streams.map(({ name }) => name));
  return {
    datagrams: entrances.flatMap((one) =>
      one.protocol === 'udp'
        ? [{ name: one.name, addresses: one.addresses, port: one.port, to: weighted(one.to, model) }]
        : [],
    ),
    outlets: [...backends.values()].flatMap(({ name, policy, endpoints }) =>
      policy.trust && needsRelay(policy)
        ? [
            {
              path: outletPath(directory, name),
              gid,
              endpoints,
              trust: policy.trust,
              ...(!streams.has(name) && { protocol: protocolOf(policy) }),
            },
          ]
        : [],
    ),
  };
}

const protocolOf = ({ protocol }: Policy) => (protocol.startsWith('grpc') ? 'h2' : 'http/1.1');

const weighted = (to: Target | undefined, { backends }: DoorModel): DatagramEntrance['to'] =>
  (typeof to === 'string' ? [{ backend: to, weight: 1 }] : (to ?? [])).map(({ backend, weight }) => ({
    weight,
    endpoints: backends.get(backend)?.endpoints ?? [],
  }));
