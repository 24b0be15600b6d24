// What a further server needs of the cluster: authorities with their keys, the keys of tokens and of encrypted objects, and how the
// cluster is set up. It travels encrypted, under a key that the API never sees, as what kubeadm's upload-certs does. Called by offer.ts and accept.ts.
import { join } from 'node:path';
import type { Random } from '../../../kit/random.ts';
import { readIfThere, writeAtomically } from '../../pki/credential-files.ts';
import { SEALING_KEY, sealText, unsealText } from '../../pki/sealed-text.ts';
import { UserError } from '../../progress.ts';

export interface Bundle {
  /** PEM and JSON texts by their names below the directory of the certificates. */
  readonly files: Readonly<Record<string, string>>;
  readonly serviceCidrs: readonly string[];
  readonly clusterCidrs: readonly string[];
  /** The client URLs of etcd's members; empty when others look after etcd. */
  readonly members: readonly string[];
}

/** Those that a cluster has; `sa-*` and the encryption's only some. */
const FILES = [
  ...['ca.crt', 'ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'etcd/ca.crt', 'etcd/ca.key'],
  ...['sa.key', 'sa.pub', 'sa-next.key', 'sa-previous.pub', 'encryption-config.json'],
] as const;

export const newCertificateKey = (random: Random): string => random.bytes(SEALING_KEY).toString('hex');

export function readFiles(pki: string): Record<string, string> {
  const found = FILES.map((name) => [name, readIfThere(join(pki, name))] as const);
  return Object.fromEntries(
    found.filter((entry): entry is [(typeof FILES)[number], string] => entry[1] !== undefined),
  );
}

/** The authority is the last to be written: with it everything is there. */
export function writeFiles(pki: string, files: Bundle['files']): void {
  for (const name of FILES.toReversed()) {
    const text = files[name];
    if (text !== undefined) writeAtomically(join(pki, name), text, { durable: true });
  }
}

export const seal = (bundle: Bundle, certificateKey: string, random: Random): Buffer =>
  sealText(JSON.stringify(bundle), keyOf(certificateKey), random);

/** Throws a UserError when it was sealed with another key, or changed. */
export function unseal(bytes: Buffer, certificateKey: string): Bundle {
  const text = unsealText(bytes, keyOf(certificateKey));
  if (text === undefined)
    throw new UserError('the certificate key does not open what the cluster has for this server');
  return JSON.parse(text) as Bundle;
}

function keyOf(text: string): Buffer {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new UserError('the certificate key is none: it has 64 hexadecimal digits');
  return Buffer.from(text, 'hex');
}
