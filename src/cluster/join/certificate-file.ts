// A certificate with its key in one PEM file, as the kubelet keeps them: readers find the old pair or the new one, never one of each.
// Durable: a node whose certificate were lost in a power cut would need a token to come back.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import type { IssuedCertificate } from './request-certificate.ts';

export interface StoredCertificate extends IssuedCertificate {
  readonly x509: X509Certificate;
}

/** Undefined when there is none, or when it cannot be read. */
export function readCertificateFile(path: string): StoredCertificate | undefined {
  const text = readIfThere(path);
  if (!text) return undefined;
  try {
    const at = text.search(/-----BEGIN (EC |RSA )?PRIVATE KEY-----/);
    const [certificate, key] = [text.slice(0, at), text.slice(at)];
    const x509 = new X509Certificate(certificate);
    return x509.checkPrivateKey(createPrivateKey(key)) ? { certificate, key, x509 } : undefined;
  } catch {
    return undefined;
  }
}

export function writeCertificateFile(path: string, { certificate, key }: IssuedCertificate): void {
  writeAtomically(path, `${certificate.trimEnd()}\n${key}`, { durable: true });
}
