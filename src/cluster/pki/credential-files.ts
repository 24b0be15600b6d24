// Keys and certificates as PEM files: written so that a crash leaves the old file or the new one, keys readable by their
// owner only. A pair that does not fit together any more counts as missing.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A certificate with its key, PEM, and where they lie. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
  readonly certificatePath: string;
  readonly keyPath: string;
}

export interface LoadedCredential extends Credential {
  readonly x509: X509Certificate;
  readonly privateKey: KeyObject;
}

export function readCredential(directory: string, name: string): LoadedCredential | undefined {
  const paths = pathsOf(directory, name);
  const certificate = readIfThere(paths.certificatePath);
  const key = readIfThere(paths.keyPath);
  if (!certificate || !key) return undefined;
  try {
    const x509 = new X509Certificate(certificate);
    const privateKey = createPrivateKey(key);
    return x509.checkPrivateKey(privateKey) ? { certificate, key, ...paths, x509, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

/** The key first: a certificate without its key is of no use to anybody. */
export function writeCredential(
  directory: string,
  name: string,
  certificate: string,
  privateKey: KeyObject,
  durability: Durability = {},
): LoadedCredential {
  const paths = pathsOf(directory, name);
  const key = privateKeyText(privateKey);
  writeAtomically(paths.keyPath, key, durability);
  writeAtomically(paths.certificatePath, certificate, durability);
  return { certificate, key, ...paths, x509: new X509Certificate(certificate), privateKey };
}

export const privateKeyText = (key: KeyObject): string =>
  key.export({ type: 'sec1', format: 'pem' }).toString();

const pathsOf = (directory: string, name: string) => ({
  certificatePath: join(directory, `${name}.crt`),
  keyPath: join(directory, `${name}.key`),
});

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export interface Durability {
  /**
   * Survives a power cut right after the write. Asked for where a lost file could not be made anew: authorities, keys of
   * service account tokens, keys of encrypted objects. It costs about 5 ms a file.
   */
  readonly durable?: boolean;
}

/** The file is readable by its owner only (CIS benchmark, 1.1.20 and 1.1.21). */
export function writeAtomically(path: string, text: string, { durable = false }: Durability = {}): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: 0o600, flush: durable });
  renameSync(draft, path);
  if (durable) syncDirectory(directory);
}

/** Makes the new name of a file durable. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
