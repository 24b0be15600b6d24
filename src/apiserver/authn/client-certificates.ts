// The users of client certificates. TLS verifies a certificate once, when its connection begins; here it is judged at
// every request, so that it counts no longer than it is valid and its authority is trusted. Called by authenticator.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/authentication/request/x509.

import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import { largest, smallest } from '../../kit/lists.ts';
import type { User } from '../request.ts';

/** A certificate that a client presented. */
interface Presented {
  readonly user: User | undefined;
  readonly chain: readonly X509Certificate[];
  /** Milliseconds since the epoch between which all of the chain is valid. */
  readonly from: number;
  readonly to: number;
  /** TLS's own verdict, when the connection began. */
  readonly verified: boolean;
  trusted: boolean;
  isReported: boolean;
  /** The set of authorities by which `trusted` was decided. */
  authorities: number;
}

/** Certificates of one chain: more than OpenSSL accepts from a client by default never get here. */
const MAX_CHAIN = 10;

export class ClientCertificates {
  readonly #clock: Clock;
  readonly #bySocket = new WeakMap<TLSSocket, Presented | null>();
  /** Replaced when the trusted authorities change; the first set was TLS's own. */
  #authorities: readonly X509Certificate[] = [];
  #generation = 0;
  /** Until the authorities change, TLS must have accepted a certificate, too. */
  #first = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of the authorities whose certificates TLS accepts, only these make users: the others are of front proxies. Called before the
   *  first connection. */
  trustOnly(pem: string): void {
    this.trust(pem);
    this.#first = this.#generation;
  }

  /** From now on only certificates of these authorities count, on open connections as well. */
  trust(pem: string): void {
    const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    this.#authorities = found.map((one) => new X509Certificate(one));
    this.#generation++;
  }

  /** The name in a certificate that is good now. */
  nameOf(socket: TLSSocket): string | undefined {
    const user = this.userOf(socket);
    return user === 'invalid' ? undefined : user?.name;
  }

  /** Until when the certificate is valid that makes this connection's user: milliseconds since the epoch. */
  goodUntil(socket: TLSSocket): number | undefined {
    return this.nameOf(socket) === undefined ? undefined : this.#bySocket.get(socket)?.to;
  }

  /** The user; undefined if the client presented no certificate, 'invalid' if it presented one that is not good now. */
  userOf(socket: TLSSocket): User | undefined | 'invalid' {
    let presented = this.#bySocket.get(socket);
    if (presented === undefined) {
      presented = presentedOn(socket, this.#generation) ?? null;
      this.#bySocket.set(socket, presented);
    }
    if (!presented) return undefined;
    return this.#isGood(presented) ? presented.user : 'invalid';
  }

  /** In upstream's words, why a certificate that was presented is not good; undefined the next time for the same connection. */
  problemOnce(socket: TLSSocket): string | undefined {
    const presented = this.#bySocket.get(socket);
    if (!presented || presented.isReported || this.#isGood(presented)) return undefined;
    presented.isReported = true;
    const now = this.#clock.now();
    const { from, to } = presented;
    const late = now < from ? `is before ${rfc3339(from)}` : now > to ? `is after ${rfc3339(to)}` : undefined;
    return late
      ? `x509: certificate has expired or is not yet valid: current time ${rfc3339(now)} ${late}`
      : 'x509: certificate signed by unknown authority';
  }

  #isGood(presented: Presented): boolean {
    if (presented.authorities !== this.#generation) {
      presented.trusted =
        (presented.verified || this.#generation > this.#first) &&
        isIssuedByAny(presented.chain, this.#authorities);
      presented.authorities = this.#generation;
    }
    const now = this.#clock.now();
    return presented.trusted && now >= presented.from && now <= presented.to;
  }
}

/** Until the first change of authorities TLS's own verdict holds; it was made by the same authorities. */
function presentedOn(socket: TLSSocket, generation: number): Presented | undefined {
  const peer = socket.getPeerCertificate(true);
  if (!peer?.raw) return undefined;
  const chain = chainOf(peer);
  return {
    user: userOf(peer),
    chain,
    from: largest(chain.map((one) => one.validFromDate.getTime())),
    to: smallest(chain.map((one) => one.validToDate.getTime())),
    verified: socket.authorized,
    trusted: socket.authorized,
    isReported: false,
    authorities: generation === 0 ? 0 : -1,
  };
}

function chainOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at: DetailedPeerCertificate | undefined = peer; at?.raw && chain.length < MAX_CHAIN; ) {
    chain.push(new X509Certificate(at.raw));
    const issuer: DetailedPeerCertificate = at.issuerCertificate;
    at = issuer === at ? undefined : issuer;
  }
  return chain;
}

/** Purposes of a certificate: client authentication, and any. One that names no purpose may serve all. */
const CLIENT_PURPOSES = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

const isForClients = ({ keyUsage }: X509Certificate): boolean =>
  // Declared as a list, undefined without the extension.
  !(keyUsage as readonly string[] | undefined)?.length ||
  keyUsage.some((one) => CLIENT_PURPOSES.includes(one));

/** Whether the first certificate is for clients and leads to one of the authorities, over the others of its chain. */
function isIssuedByAny(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): boolean {
  if (!chain[0] || !isForClients(chain[0])) return false;
  const issued = (one: X509Certificate, by: X509Certificate) =>
    by.ca && one.checkIssued(by) && one.verify(by.publicKey);
  for (const [at, one] of chain.entries()) {
    if (authorities.some((authority) => issued(one, authority))) return true;
    const next = chain[at + 1];
    if (!next || !issued(one, next)) return false;
  }
  return false;
}

/** The common name is the user name, the organizations are the groups. Of several common names the last counts, as in Go and
 *  for the checks of requests (kit/x509/certificate-request.ts): a node that asks for two names must not get the other. */
function userOf({ subject, fingerprint256 }: DetailedPeerCertificate): User | undefined {
  const { CN: names }: { CN?: unknown } = subject ?? {};
  const name: unknown = Array.isArray(names) ? names.at(-1) : names;
  if (typeof name !== 'string' || !name) return undefined;
  const id = `X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`;
  return {
    name,
    groups: [...listOf(subject.O), 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [id] },
  };
}

/** Node returns an array for an attribute that occurs several times, contrary to the declared type. */
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '');
