// Makes PKCS #10 certificate requests, signed with ECDSA and SHA-256. Called where a node asks the cluster for its certificates.
import { type KeyObject, sign } from 'node:crypto';
import {
  alternativeNames,
  type CertificateSubject,
  distinguishedName,
  ECDSA_SHA256,
  extension,
} from './certificate.ts';
import { bitString, oid, sequence, setOf, tagged, unsigned } from './der.ts';
import { pemOf } from './pem.ts';

const EXTENSION_REQUEST = oid('1.2.840.113549.1.9.14');

export interface RequestTerms {
  readonly subject: CertificateSubject;
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
}

/** The request as PEM; the keys are of an elliptic curve. */
export function makeCertificateRequest(
  { subject, names = [] }: RequestTerms,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): string {
  const asked = sequence(extension('2.5.29.17', alternativeNames(names)));
  const attributes = names.length > 0 ? [sequence(EXTENSION_REQUEST, setOf(asked))] : [];
  const body = sequence(
    unsigned(Buffer.of(0)),
    distinguishedName(subject),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0, true, ...attributes),
  );
  const signature = bitString(sign('sha256', body, keys.privateKey));
  return pemOf('CERTIFICATE REQUEST', sequence(body, ECDSA_SHA256, signature));
}
