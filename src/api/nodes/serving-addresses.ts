// How is known whose an address is that several Nodes show: where a node's request came from, which only the API server can say, and for whom
// the address was approved before, which labels of the Node say that only administrators and the approver can set.
import type { Address } from '../addresses/prefix.ts';

/** A key of a CertificateSigningRequest's spec.extra, which clients cannot set: the address of the connection. */
export const PEER_ADDRESS = 'tiphys.io/peer-address';

/** How an approved address was known to be the node's: `seen`, its request came from there; `claimed`, only its status said so. */
export type Evidence = 'seen' | 'claimed';

/** NodeRestriction keeps nodes from labels of this domain. */
const DOMAIN = 'serving.tiphys.io.node-restriction.kubernetes.io/';

/** The label of an address; its value is Evidence. IPv6 addresses are written out, since labels have no colons. */
export function addressLabel({ family, value }: Address): string {
  if (family === 'IPv6') return `${DOMAIN}${value.toString(16).padStart(32, '0').match(/.{4}/g)!.join('-')}`;
  return `${DOMAIN}${[24n, 16n, 8n, 0n].map((bits) => (value >> bits) & 255n).join('.')}`;
}

/** Of the labels those that are of addresses. */
export const addressLabels = (labels: Readonly<Record<string, string>> = {}): string[] =>
  Object.keys(labels).filter((key) => key.startsWith(DOMAIN));
