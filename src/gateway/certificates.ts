// Certificates in Secrets and ConfigMaps: what they have is read and written anew, so that nothing but certificates, and a key that belongs
// to the first, reaches the proxy, which refuses its whole configuration for one that it does not like.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../api/kinds/core/v1/secret.ts';
import { messageOf } from '../kit/message-of.ts';
import { absence } from './absence.ts';

const MOST_BYTES = 128 * 1024;
const MOST_CERTIFICATES = 10;
/** Authorities may come as a bundle. */
const MOST_AUTHORITIES = 200;
const BLOCK = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

export type Pem = { readonly pem: string } | { readonly problem: string };

/** Reading one takes a millisecond, and all are asked for with every change of an endpoint. */
const read = new WeakMap<Readonly<Secret> | Readonly<ConfigMap>, Pem>();

function remembered<T extends Readonly<Secret> | Readonly<ConfigMap>>(
  object: T,
  make: (object: T) => Pem,
): Pem {
  const pem = read.get(object) ?? make(object);
  read.set(object, pem);
  return pem;
}

/** Certificates and key of a Secret of type kubernetes.io/tls as one text of PEM, or what is wrong. */
export function pemOfSecret(name: string, secret: Readonly<Secret> | undefined): Pem {
  const absent = absence(`Secret ${name} of tls`, secret);
  if (absent !== undefined || !secret) return { problem: absent ?? '' };
  return remembered(secret, () => readPem(name, secret));
}

/** Certificates of authorities in the key ca.crt, or what is wrong. */
export function authoritiesOf(name: string, map: Readonly<ConfigMap> | undefined): Pem {
  const absent = absence(`ConfigMap ${name}`, map);
  if (absent !== undefined || !map) return { problem: absent ?? '' };
  return remembered(map, () => {
    const text = map.data?.['ca.crt'];
    if (typeof text !== 'string') return { problem: `ConfigMap ${name} has no key ca.crt` };
    if (text.length > 1024 * 1024) return { problem: `ConfigMap ${name} is too large` };
    return checked(`ConfigMap ${name}`, () => {
      const found = certificatesOf(text, MOST_AUTHORITIES);
      if (found.length === 0) return { problem: `ca.crt of ConfigMap ${name} has no certificate` };
      return { pem: found.map(String).join('') };
    });
  });
}

function readPem(name: string, secret: Readonly<Secret>): Pem {
  const [cert, key] = [secret.data?.['tls.crt'], secret.data?.['tls.key']];
  if (typeof cert !== 'string' || typeof key !== 'string')
    return { problem: `Secret ${name} of tls has no tls.crt or no tls.key` };
  if (cert.length + key.length > MOST_BYTES) return { problem: `Secret ${name} of tls is too large` };
  return checked(`Secret ${name} of tls`, () => {
    const chain = certificatesOf(Buffer.from(cert, 'base64').toString('latin1'), MOST_CERTIFICATES);
    const privateKey = createPrivateKey(Buffer.from(key, 'base64'));
    const problem = problemOf(chain, privateKey);
    if (problem) return { problem: `Secret ${name} of tls: ${problem}` };
    const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { pem: [...chain.map(String), text].join('') };
  });
}

function checked(what: string, make: () => Pem): Pem {
  try {
    return make();
  } catch (error) {
    return { problem: `${what}: ${messageOf(error)}` };
  }
}

function certificatesOf(text: string, most: number): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let from = text.indexOf(BLOCK); from >= 0 && chain.length < most; ) {
    const end = text.indexOf(END, from);
    if (end < 0) break;
    chain.push(new X509Certificate(text.slice(from, end + END.length)));
    from = text.indexOf(BLOCK, end);
  }
  return chain;
}

/** OpenSSL's security level 2, Debian's, refuses weaker keys. */
const LEAST_RSA_BITS = 2048;
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

function problemOf(chain: readonly X509Certificate[], key: KeyObject): string | undefined {
  if (!chain[0]) return 'tls.crt has no certificate';
  if (!chain[0].checkPrivateKey(key)) return 'tls.key does not belong to tls.crt';
  if (chain.some(({ publicKey }) => !isStrong(publicKey)))
    return 'a key is too weak, or of another kind than RSA and ECDSA';
  return undefined;
}

function isStrong({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  return type === 'ec' && CURVES.includes(details?.namedCurve ?? '');
}
