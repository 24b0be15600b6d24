// Private keys for pods, made on the node, and the empty certificate requests that prove that the node has them.
import { createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, oid, sequence, tagged, unsigned } from '../../../kit/x509/der.ts';

const generate = promisify(generateKeyPair);

export interface KeyAndRequest {
  /** PKCS #8 as PEM. */
  readonly key: string;
  /** PKCS #10 in DER. */
  readonly request: Buffer;
}

interface Algorithm {
  readonly make: () => Promise<{ privateKey: KeyObject }>;
  readonly hash: string | null;
  readonly identifier: Buffer;
}

const NULL = Buffer.of(5, 0);
const rsa = (modulusLength: number): Algorithm => ({
  make: () => generate('rsa', { modulusLength }),
  hash: 'sha256',
  identifier: sequence(oid('1.2.840.113549.1.1.11'), NULL),
});
const ec = (namedCurve: string, hash: string, id: string): Algorithm => ({
  make: () => generate('ec', { namedCurve }),
  hash,
  identifier: sequence(oid(id)),
});

const ALGORITHMS: Readonly<Partial<Record<string, Algorithm>>> = {
  RSA3072: rsa(3072),
  RSA4096: rsa(4096),
  ECDSAP256: ec('P-256', 'sha256', '1.2.840.10045.4.3.2'),
  ECDSAP384: ec('P-384', 'sha384', '1.2.840.10045.4.3.3'),
  ECDSAP521: ec('P-521', 'sha512', '1.2.840.10045.4.3.4'),
  ED25519: { make: () => generate('ed25519'), hash: null, identifier: sequence(oid('1.3.101.112')) },
};

/** Keys are made by other threads: an RSA key takes up to seconds. */
export async function newKey(type: string): Promise<KeyAndRequest> {
  const algorithm = Object.hasOwn(ALGORITHMS, type) ? ALGORITHMS[type] : undefined;
  if (!algorithm) throw new Error(`while generating keypair: unknown key type ${JSON.stringify(type)}`);
  const { privateKey } = await algorithm.make();
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const body = sequence(unsigned(Buffer.of(0)), sequence(), spki, tagged(0, true));
  const signature = bitString(sign(algorithm.hash, body, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    request: sequence(body, algorithm.identifier, signature),
  };
}
