// Which names and addresses the certificate of a kubelet's server may have. A node writes its own status, so what stands there is a claim:
// the authority also vouches for the API server, whose names must never be another's. Pure. Called by serving-approver.ts.
import { type Address, addressOf, holds, type Prefix, prefixOf } from '../../api/addresses/prefix.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { scopeOf } from '../../kit/ip-scope.ts';
import type { CertificateRequest } from '../../kit/x509/certificate-request.ts';
import { isOwner, MOST_ADDRESSES, same } from './serving-owners.ts';

export interface ClusterNames {
  readonly nodes: readonly Readonly<Node>[];
  /** Names and addresses under which API servers are reached. */
  readonly servers: readonly string[];
  /** Where the request came from; undefined where the API server does not say. */
  readonly peer: Address | undefined;
  /** Ranges of Services. */
  readonly serviceCidrs: readonly string[];
}

/** Only administrators can give it: NodeRestriction keeps nodes from it. */
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const USUAL_NAMES = ['localhost', 'kubernetes'];

const MAPPED = Buffer.from('00000000000000000000ffff', 'hex');

type Names = Pick<CertificateRequest, 'dnsNames' | 'addresses' | 'counts'>;

/** Why not; undefined when all of them are the node's. */
export function wrongServingNames(
  { dnsNames, addresses, counts }: Names,
  node: Readonly<Node>,
  cluster: ClusterNames,
): string | undefined {
  if (counts.all !== counts.dns + counts.ip) return 'only DNS names and IP addresses are approved';
  const name = nameOf(node);
  const isServer = node.metadata.labels?.[CONTROL_PLANE] !== undefined;
  for (const dns of dnsNames) {
    if (dns !== name) return `${shown(dns)} is not the name of the Node`;
    if (isUsual(dns) || (cluster.servers.some((server) => isNamed(server, dns)) && !isServer))
      return `${dns} is a name of the API server`;
  }
  if (addresses.length > MOST_ADDRESSES) return `there are more than ${MOST_ADDRESSES} IP addresses`;
  for (const bytes of addresses) {
    const problem = wrongAddress(bytes, node, isServer, cluster);
    if (problem) return problem;
  }
  return undefined;
}

/** As verifiers compare a name of a certificate, which may begin with `*.`, with that of a node, which has small letters only. */
function isNamed(server: string, dns: string): boolean {
  const name = server.toLowerCase();
  return name === dns || (name.startsWith('*.') && dns.slice(dns.indexOf('.')) === name.slice(1));
}

/** Also names of Services: pods verify by them whom they talk to. */
const isUsual = (dns: string): boolean =>
  USUAL_NAMES.includes(dns) || dns.startsWith('kubernetes.') || dns.split('.').includes('svc');

function wrongAddress(
  bytes: Buffer,
  node: Readonly<Node>,
  isServer: boolean,
  { nodes, servers, serviceCidrs, peer }: ClusterNames,
): string | undefined {
  const address = ofBytes(bytes);
  const is = (text: string): boolean => same(addressOf(text), address);
  const text = addressesOf(node).find(is);
  if (text === undefined) return 'an IP address is not among those of the Node';
  if (scopeOf(text) !== 'global') return `${text} is no address that other machines reach`;
  if (servers.some(is) && !isServer)
    return `${text} is an address of the API server, and the Node is without the label ${CONTROL_PLANE}`;
  if (serviceCidrs.some((cidr) => within(prefixOf(cidr), addressOf(text))))
    return `${text} is in the range of Services`;
  const others = nodes.filter((other) => nameOf(other) !== nameOf(node));
  const sharers = others.filter((other) => addressesOf(other).some(is));
  if (!isOwner(address!, node, sharers, peer))
    return `Node ${nameOf(sharers[0]!)} has the address ${text}, too, and the request did not come from there`;
  for (const other of others)
    if (other.spec?.podCIDRs?.some((cidr) => within(prefixOf(cidr), addressOf(text))))
      return `${text} is in the range of pods of Node ${nameOf(other)}`;
  return undefined;
}

const addressesOf = ({ status }: Readonly<Node>): string[] =>
  (status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' || type === 'ExternalIP' ? [address] : [],
  );

const within = (prefix: Prefix | undefined, address: Address | undefined): boolean =>
  prefix !== undefined && address !== undefined && holds(prefix, address);

/** Verifiers take an IPv4 address that is written as an IPv6 one for the IPv4 address: such are none here. */
export function ofBytes(bytes: Buffer): Address | undefined {
  if (bytes.length === 4) return addressOf(bytes.join('.'));
  if (bytes.subarray(0, 12).equals(MAPPED)) return undefined;
  const groups = bytes.length === 16 ? bytes.toString('hex').match(/.{4}/g) : undefined;
  return groups ? addressOf(groups.join(':')) : undefined;
}

/** A name that a client chose, fit for a line of a log. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 253));
