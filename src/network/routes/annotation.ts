// Where a node's end of the tunnels is, as its Node object tells the other nodes in one annotation: what flannel keeps in
// flannel.alpha.coreos.com/backend-type, backend-data and public-ip. Written by the node itself, read by all others. Pure.
import { addressOf, addressText, covers, type Prefix, prefixOf } from '../../api/addresses/prefix.ts';

export const ANNOTATION = 'tiphys.io/pod-network';

export type Backend = 'vxlan' | 'wireguard';

export interface Endpoint {
  readonly backend: Backend;
  /** Where the node's encapsulated packets go. */
  readonly address: string;
  /** VXLAN: the hardware address of the node's device. WireGuard: the node's public key. */
  readonly id: string;
}

const ID_FIELD = { vxlan: 'mac', wireguard: 'key' } as const;

export const annotationOf = ({ backend, address, id }: Endpoint): string =>
  JSON.stringify({ backend, address, [ID_FIELD[backend]]: id });

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
  const address = unicast(fields.address);
  const id = fields[ID_FIELD[backend]];
  if (!address || typeof id !== 'string') return undefined;
  return (backend === 'vxlan' ? isMac(id) : isKey(id)) ? { backend, address, id } : undefined;
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

/** 32 bytes. */
const isKey = (text: string): boolean => /^[A-Za-z0-9+/]{43}=$/.test(text);

/** Unspecified, loopback, link-local, multicast and broadcast addresses. */
const NOT_OF_NODES = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'],
  ...['::/127', '::ffff:0:0/96', 'fe80::/10', 'ff00::/8'],
].map((range) => prefixOf(range) as Prefix);

/** The canonical text of an address that another node may have; undefined for anything else. */
export function unicast(text: unknown): string | undefined {
  const address = typeof text === 'string' ? addressOf(text) : undefined;
  if (!address) return undefined;
  const alone = addressText(address);
  const range = prefixOf(`${alone}/${address.family === 'IPv4' ? 32 : 128}`) as Prefix;
  return NOT_OF_NODES.some((never) => covers(never, range)) ? undefined : alone;
}
