// When certificates end: those of TLS Secrets. Only names and times leave the server; keys stay where they are.
import { X509Certificate } from 'node:crypto';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { listAll, type Reader } from './reader.ts';

export interface CertificateEnd {
  readonly namespace: string;
  readonly name: string;
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

export interface CertificateEnds {
  readonly ends: readonly CertificateEnd[];
  /** Not all Secrets were looked at. */
  readonly more: boolean;
}

const MOST_SECRETS = 2_000;
/** Secrets at a time: each may have a megabyte, which is parsed in one go. */
const PAGE = 20;
/** Of a certificate in base64: longer ones are left out. */
const MOST_LENGTH = 64 << 10;
/** Those that end later are nobody's concern yet. */
const AHEAD_MS = 60 * 24 * 60 * 60_000;

export async function certificateEnds(
  read: Reader,
  namespace: string,
  now: number,
): Promise<CertificateEnds> {
  const path = namespace ? `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets` : '/api/v1/secrets';
  const query = { fieldSelector: 'type=kubernetes.io/tls' };
  const soon = (secret: Secret) => endOf(secret).filter(({ notAfter }) => notAfter < now + AHEAD_MS);
  const { items, more } = await listAll(read, path, query, MOST_SECRETS, soon, PAGE);
  return { ends: [...items].sort((a, b) => a.notAfter - b.notAfter), more };
}

/** Of the first certificate; nothing for what is none. */
function endOf(secret: Readonly<Secret>): CertificateEnd[] {
  const encoded = secret.data?.['tls.crt'];
  if (!encoded || encoded.length > MOST_LENGTH) return [];
  try {
    const { validToDate, subject, subjectAltName } = new X509Certificate(Buffer.from(encoded, 'base64'));
    const name = /(?:^|\n)CN=([^\n]+)/.exec(subject)?.[1] ?? subjectAltName?.split(', ')[0] ?? 'certificate';
    const at = { namespace: namespaceOf(secret), name: nameOf(secret) };
    return [{ ...at, subject: name.replace(/^DNS:/, ''), notAfter: validToDate.getTime() }];
  } catch {
    return [];
  }
}
