// Makes X.509 v3 certificates (signed with ECDSA and SHA-256) without a library, which would slow down the start.
// Every certificate has key identifiers, key usage and basic constraints, since strict verifiers require them.
import { createHash, type KeyObject, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import {
  bitString,
  bits,
  elements,
  octetString,
  oid,
  parts,
  sequence,
  setOf,
  TRUE,
  tagged,
  time,
  unsigned,
  utf8String,
} from './der.ts';
import { EXTENDED_USAGES, KEY_USAGES, type Usage } from './usages.ts';

export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
}

export interface CertificateTerms {
  /** By its parts, or in DER as in a request. */
  readonly subject: CertificateSubject | Buffer;
  readonly usages: readonly Usage[];
  /** May sign certificates. */
  readonly authority?: boolean;
  /** DNS names and IP addresses, or GeneralNames in DER as in a request. */
  readonly names?: readonly string[] | Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: Uint8Array;
  readonly publicKey: KeyObject;
}

export interface Issuer {
  /** As in CertificateTerms. */
  readonly subject: CertificateSubject | Buffer;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = oid('2.5.4.3');
const ORGANIZATION = oid('2.5.4.10');

/** The certificate as PEM. */
export function makeCertificate(terms: CertificateTerms, issuer: Issuer): string {
  const body = sequence(
    tagged(0, true, unsigned(Buffer.of(2))),
    unsigned(terms.serial),
    ECDSA_SHA256,
    distinguishedName(issuer.subject),
    sequence(time(terms.notBefore), time(terms.notAfter)),
    distinguishedName(terms.subject),
    spki(terms.publicKey),
    tagged(3, true, sequence(...extensions(terms, issuer))),
  );
  return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, issuer.privateKey))));
}

export function distinguishedName(subject: CertificateSubject | Buffer): Buffer {
  if (Buffer.isBuffer(subject)) return subject;
  const { commonName, organizations = [] } = subject;
  const attribute = (type: Buffer, value: string) => setOf(sequence(type, utf8String(value)));
  const groups = organizations.map((organization) => attribute(ORGANIZATION, organization));
  return sequence(...groups, attribute(COMMON_NAME, commonName));
}

function extensions(terms: CertificateTerms, issuer: Issuer): Buffer[] {
  const { usages, authority = false, names = [], publicKey } = terms;
  const keyUsages = usages.flatMap((usage) => KEY_USAGES[usage] ?? []);
  const purposes = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
  const alternatives = Buffer.isBuffer(names) ? names : alternativeNames(names);
  return [
    ...(keyUsages.length > 0 ? [extension('2.5.29.15', bits(...keyUsages), true)] : []),
    ...(purposes.length > 0
      ? [extension('2.5.29.37', sequence(...new Set(purposes).values().map(oid)))]
      : []),
    extension('2.5.29.19', authority ? sequence(TRUE) : sequence(), true),
    extension('2.5.29.14', octetString(keyIdentifier(publicKey))),
    extension('2.5.29.35', sequence(tagged(0, false, keyIdentifier(issuer.publicKey)))),
    ...(names.length > 0 ? [extension('2.5.29.17', alternatives)] : []),
  ];
}

/** GeneralNames in DER. */
export const alternativeNames = (names: readonly string[]): Buffer => sequence(...names.map(alternativeName));

export const extension = (type: string, value: Uint8Array, critical = false) =>
  sequence(oid(type), ...(critical ? [TRUE] : []), octetString(value));

function alternativeName(name: string): Buffer {
  if (isIPv4(name)) return tagged(7, false, Buffer.from(name.split('.').map(Number)));
  if (isIPv6(name)) return tagged(7, false, ipv6Bytes(name));
  return tagged(2, false, Buffer.from(name));
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const words = (text: string) => text.split(':').filter(Boolean).flatMap(wordsOf);
  const [start, end] = [words(head), words(tail ?? '')];
  const gap = Array<number>(tail === undefined ? 0 : 8 - start.length - end.length).fill(0);
  return Buffer.from([...start, ...gap, ...end].flatMap((word) => [word >> 8, word & 0xff]));
}

/** One group of hexadecimal digits, or the dotted IPv4 tail of a mapped address. */
function wordsOf(part: string): number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)];
  const [a, b, c, d] = part.split('.').map(Number);
  return [(a! << 8) | b!, (c! << 8) | d!];
}

const spki = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** SHA-1 of the key's bits. An identifier, not a safeguard. */
function keyIdentifier(key: KeyObject): Buffer {
  const [whole] = elements(spki(key));
  const [, bitsOfKey] = parts(whole!);
  return createHash('sha1').update(bitsOfKey!.body.subarray(1)).digest();
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
