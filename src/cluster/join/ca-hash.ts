// The hash of an authority's public key, by which a machine knows the cluster that it joins: kubeadm's form, sha256:HEX of the
// SubjectPublicKeyInfo. Pure. Upstream: cmd/kubeadm/app/util/pubkeypin.
import { createHash, X509Certificate } from 'node:crypto';
import { pemBlocks } from '../../kit/x509/pem.ts';
import { UserError } from '../progress.ts';

const BYTES = 32;

export function caHashOf({ publicKey }: X509Certificate): string {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

/** The certificates of a PEM text; throws when one cannot be read. */
export function certificatesIn(pem: string): X509Certificate[] {
  return [...pemBlocks(pem)]
    .filter(({ type }) => type === 'CERTIFICATE')
    .map(({ bytes }) => new X509Certificate(bytes));
}

/** The hashes as given by the user, in lower case; throws a UserError in upstream's words for what is none. */
export function pinsOf(hashes: readonly string[]): ReadonlySet<string> {
  return new Set(hashes.map(pinOf));
}

function pinOf(hash: string): string {
  const wrong = (why: string) => new UserError(`invalid discovery token CA certificate hash: ${why}`);
  const [format = '', value = '', ...others] = hash.split(':');
  if (!hash.includes(':') || others.length > 0)
    throw wrong('invalid hash, expected "format:hex-value". Known format(s) are: sha256');
  if (format.toLowerCase() !== 'sha256')
    throw wrong(`unknown hash format "${format}". Known format(s) are: sha256`);
  const bytes = Math.floor(value.length / 2);
  if (bytes !== BYTES)
    throw wrong(`invalid hash "${hash}", expected a ${BYTES} byte SHA-256 hash, found ${bytes} bytes`);
  if (!/^[0-9a-f]{64}$/i.test(value))
    throw wrong(`invalid hash "${hash}", could not decode SHA-256 from hex`);
  return `sha256:${value.toLowerCase()}`;
}

/** Those of the certificates that have a pinned key. Throws when none has. */
export function checkPins(
  certificates: readonly X509Certificate[],
  pins: ReadonlySet<string>,
): X509Certificate[] {
  const pinned = certificates.filter((certificate) => pins.has(caHashOf(certificate)));
  if (pinned.length > 0) return pinned;
  throw new UserError(
    `cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${certificates.map(caHashOf).join(':')}" are pinned`,
  );
}
