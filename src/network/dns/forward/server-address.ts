// Addresses of upstream servers as resolv.conf and the ConfigMap kube-dns write them. Pure.
import { isIP, isIPv6 } from 'node:net';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

const DNS_PORT = 53;

/** `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; undefined for anything else. */
export function serverAddress(text: string): ServerAddress | undefined {
  if (isIP(text)) return { host: text, port: DNS_PORT };
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  const digits = text.slice(colon + 1);
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65_535) return undefined;
  if (host.startsWith('[') && host.endsWith(']')) {
    const inner = host.slice(1, -1);
    return isIPv6(inner) ? { host: inner, port } : undefined;
  }
  return isIP(host) === 4 ? { host, port } : undefined;
}

/** As metrics name it. */
export const addressText = ({ host, port }: ServerAddress): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;

/** The servers of a resolv.conf. */
export function nameservers(resolvConf: string): ServerAddress[] {
  return resolvConf
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([word, address = '']) => word === 'nameserver' && isIP(address))
    .map(([, host]) => ({ host: host!, port: DNS_PORT }));
}

/** The search domains of a resolv.conf that pods get: those of its last line of them. */
export function searchDomains(resolvConf: string): string[] {
  const lines = resolvConf.split('\n').map((line) => line.trim().split(/\s+/));
  const last = lines.findLast(([word]) => word === 'search') ?? [];
  return last.slice(1).map((domain) => domain.toLowerCase().replace(/\.$/, ''));
}
