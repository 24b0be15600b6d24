// Where the upgraded connections of exec, attach, cp, port-forward and proxy go: the API server with what convinces it.
import { Agent } from 'node:http';
import type { TlsTarget } from '../../kit/http1/upgrade.ts';
import { throughProxy } from '../session/proxy.ts';
import type { StreamTarget } from '../session/session.ts';

export type { StreamTarget };

/** The path and query of a request at the server, below the path that the server's URL may have. */
export function pathAt({ server }: StreamTarget, path: string, query = new URLSearchParams()): string {
  const base = server.pathname.replace(/\/$/, '');
  const text = query.toString();
  return `${base}${path}${text && `?${text}`}`;
}

/** Host and port to dial. */
export const addressOf = ({ server }: StreamTarget): { host: string; port: number } => ({
  host: server.hostname.replace(/^\[|\]$/g, ''),
  port: Number(server.port || (server.protocol === 'https:' ? 443 : 80)),
});

/** Names and values in turn, as on the wire. */
export const rawHeaders = ({ headers }: StreamTarget): string[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [name, value] : value.flatMap((one) => [name, one]),
  );

export interface Dialing {
  readonly tls?: TlsTarget;
  /** Of one connection, made before, if there is a proxy on the way. */
  readonly agent?: Agent;
}

/** How a connection is made: directly, or over one that leads through the proxy and has its TLS already. */
export async function dialing(target: StreamTarget): Promise<Dialing> {
  const { proxy, tls } = target;
  if (!proxy) return tls ? { tls } : {};
  const { host, port } = addressOf(target);
  const socket = await throughProxy(proxy, host, port, tls);
  const agent = new Agent({ keepAlive: false });
  agent.createConnection = () => socket;
  return { agent };
}
