// Where the registry of a cluster keeps what it needs besides images.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { NodeTls } from '../../registry/doors/servers.ts';
import { Authority } from '../pki/authority.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';

const passwordFile = (root: string): string => join(root, 'password');
const tlsDirectory = (root: string): string => join(root, 'tls');

/** Whether it was used before. */
export const isThere = (root: string): boolean => existsSync(root);

/** The password, made when it is missing. */
export function ensurePassword(root: string, random: Random): string {
  const found = readIfThere(passwordFile(root))?.trim();
  if (found) return found;
  const password = random.bytes(24).toString('hex');
  writeAtomically(passwordFile(root), `${password}\n`);
  return password;
}

export interface NodeCredential {
  /** Absolute paths of PEM files. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority of its own: no other certificate of the cluster opens the registry, and its own open nothing else. */
export function ensureCertificates(
  root: string,
  addresses: readonly string[],
  tools: { readonly clock: Clock; readonly random: Random },
): NodeCredential {
  const authority = new Authority({ directory: tlsDirectory(root), ...tools }, 'ca', 'tiphys-registry');
  authority.ensure('server', {
    subject: { commonName: 'tiphys-registry' },
    usages: ['server'],
    names: addresses,
  });
  const node = authority.ensure('node', { subject: { commonName: 'tiphys-nodes' }, usages: ['client'] });
  return {
    ca: authority.credential.certificatePath,
    certificate: node.certificatePath,
    key: node.keyPath,
  };
}

/** Of the server, as it lies on disk now; undefined before ensureCertificates. */
export function serverTls(root: string): NodeTls | undefined {
  const read = (name: string) => join(tlsDirectory(root), name);
  if (!existsSync(read('server.crt'))) return undefined;
  const text = (name: string) => readFileSync(read(name), 'utf8');
  return { cert: text('server.crt'), key: text('server.key'), ca: text('ca.crt') };
}
