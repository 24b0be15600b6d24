// Where a node's end of the tunnels is, as its Node object tells the other nodes in one annotation: what flannel keeps in
// flannel.alpha.coreos.com/backend-type, backend-data and public-ip. Written by the node itself, read by all others. Pure.
import { type Address, addressOf, addressText } from '../../api/addresses/prefix.ts';
import { scopeOf } from '../../kit/ip-scope.ts';

export const ANNOTATION = 'tiphys.io/pod-network';

export type Backend = 'vxlan' | 'wireguard';

export interface Endpoint {
  readonly backend: Backend;
  /** Where the node's encapsulated packets go. */
  readonly address: string;
  /** VXLAN: the hardware address of the node's device. WireGuard: the node's public key. */
  readonly id: string;
  /** WireGuard: that the key is the node's (identity/wireguard-key.ts). */
  readonly proof?: string;
}

const ID_FIELD = { vxlan: 'mac', wireguard: 'key' } as const;

export const annotationOf = ({ backend, address, id, proof }: Endpoint): string =>
  JSON.stringify({ backend, address, [ID_FIELD[backend]]: id, ...(proof && { proof }) });

/** Far more than any endpoint needs. */
const MOST_CHARACTERS = 512;

/**
 * Undefined for what is no endpoint. Security: a node's own credentials can write it, and it becomes input of root's `ip`, `bridge`
 * and `wg`: addresses and MACs come out in canonical form, keys in the characters of base64.
 */
export function endpointOf(text: string | undefined): Endpoint | undefined {
  if (!text || text.length > MOST_CHARACTERS) return undefined;
  const fields = fieldsOf(text);
  const { backend } = fields;
  if (backend !== 'vxlan' && backend !== 'wireguard') return undefined;
  const address = unicast(fields.address)?.text;
  const id = fields[ID_FIELD[backend]];
  if (!address || typeof id !== 'string') return undefined;
  if (backend === 'vxlan') return isMac(id) ? { backend, address, id } : undefined;
  const { proof } = fields;
  return isKey(id) ? { backend, address, id, ...(typeof proof === 'string' && { proof }) } : undefined;
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Of one interface, and not of all or none: the lowest bit of the first byte marks groups. */
const isMac = (text: string): boolean =>
  /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(text) && text !== '00:00:00:00:00:00';

/** 32 bytes, in the one form that they have: two texts of one key would be two ends, of which `wg` keeps one. */
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').toString('base64') === text;

export interface HostAddress extends Address {
  /** Canonical. */
  readonly text: string;
}

/** IPv4 addresses in IPv6 notation lead nowhere by IPv6. */
const isMapped = ({ family, value }: Address): boolean => family === 'IPv6' && value >> 32n === 0xffffn;

/** An address that another node may have; undefined for anything else, such as those of loopback, links and groups. */
export function unicast(text: unknown): HostAddress | undefined {
  if (typeof text !== 'string' || scopeOf(text) !== 'global') return undefined;
  const address = addressOf(text);
  return address && !isMapped(address) ? { ...address, text: addressText(address) } : undefined;
}
