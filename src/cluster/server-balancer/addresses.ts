// Addresses of API servers, as `host:port` with brackets around IPv6; those that a cluster says it has. Pure.
import { addressOf, addressText } from '../../api/addresses/prefix.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { hostPort } from '../../kit/net/host-port.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A server that a user or a file names: `host:port` or `https://host:port`, and without a port 6443. */
export function parseServer(text: string): ServerAddress | undefined {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url?.protocol !== 'https:' || !url.hostname || url.pathname !== '/' || url.username) return undefined;
  const named = url.port || (/:443\/?$/.test(text) ? '443' : '6443');
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(named) };
}

export const serverText = ({ host, port }: ServerAddress): string => hostPort(host, port);

/** What a slice may name: more servers than any cluster has are an error of somebody. */
const MOST = 64;

/** The servers by the slices of the Service `kubernetes`. */
export function serversOf(slices: readonly Readonly<EndpointSlice>[]): string[] {
  const found = new Set<string>();
  for (const { endpoints = [], ports } of slices)
    for (const { port } of ports ?? [])
      for (const { addresses = [], conditions } of endpoints ?? []) {
        const address = conditions?.ready === false ? undefined : addressOf(addresses[0] ?? '');
        if (address && port && found.size < MOST) found.add(serverText({ host: addressText(address), port }));
      }
  return [...found].sort();
}
