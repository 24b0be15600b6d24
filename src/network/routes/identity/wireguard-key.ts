// A node's key of WireGuard in a file, and the proof that it is the node's: else a node could say that another's key is its own, and take
// the other's tunnel away. Keys of WireGuard agree, they do not sign; but with one secret a key of Ed25519 goes, the same point of
// the curve in another form (RFC 7748, section 4.1), and that signs the node's name.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
  /** That the key is the node's; undefined for a key of an earlier version, which cannot sign. */
  proofFor(node: string): string | undefined;
}

/** Of the file, which is made if it is not there or holds no key. Root alone may read it. */
export async function keysIn(file: string): Promise<Keys> {
  const written = await readFile(file, 'utf8').catch(() => '');
  if (written.startsWith(SIGNS) && isKeyLine(written.slice(SIGNS.length)))
    return keysOfSeed(Buffer.from(written.slice(SIGNS.length).trim(), 'base64'));
  if (isKeyLine(written)) return keysOf(Buffer.from(written.trim(), 'base64'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, `${SIGNS}${seed.toString('base64')}\n`, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
  return keysOfSeed(seed);
}

/** Begins a file with a key that signs. */
const SIGNS = 'ed25519 ';
const KEY_BYTES = 32;
const isKeyLine = (text: string): boolean => /^[A-Za-z0-9+/]{43}=\n?$/.test(text);

/** PKCS #8 and SubjectPublicKeyInfo around keys: RFC 8410. */
const HEADS = {
  x25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
  ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  ed25519Public: Buffer.from('302a300506032b6570032100', 'hex'),
};
const secretKey = (head: Buffer, secret: Buffer) =>
  createPrivateKey({ key: Buffer.concat([head, secret]), format: 'der', type: 'pkcs8' });
const publicBytes = (secret: ReturnType<typeof secretKey>): Buffer =>
  createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);

const keysOf = (secret: Buffer): Keys => ({
  privateKey: secret.toString('base64'),
  publicKey: publicBytes(secretKey(HEADS.x25519, secret)).toString('base64'),
  proofFor: () => undefined,
});

/** The secret of the signing key is the first half of the seed's hash: RFC 8032, section 5.1.5. */
function keysOfSeed(seed: Buffer): Keys {
  const secret = createHash('sha512').update(seed).digest().subarray(0, KEY_BYTES);
  secret[0] = secret[0]! & 0xf8;
  secret[31] = (secret[31]! & 0x7f) | 0x40;
  const keys = keysOf(secret);
  const signer = secretKey(HEADS.ed25519, seed);
  return {
    ...keys,
    proofFor: (node) =>
      Buffer.concat([publicBytes(signer), sign(null, statement(node, keys.publicKey), signer)]).toString(
        'base64',
      ),
  };
}

const statement = (node: string, publicKey: string): Buffer =>
  Buffer.from(`tiphys pod network: ${node} has ${publicKey}`);

const PROOF_BYTES = KEY_BYTES + 64;
const P = 2n ** 255n - 19n;

/** The number of a point, whose highest bit is none of it. */
const numberOf = (bytes: Buffer): bigint =>
  BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n);

/** Whether who signed has the secret of `publicKey`, and is the node. All of them are in base64. */
export function proves(proof: string, publicKey: string, node: string): boolean {
  const bytes = Buffer.from(proof, 'base64');
  if (bytes.length !== PROOF_BYTES) return false;
  const signer = bytes.subarray(0, KEY_BYTES);
  const [y, u] = [numberOf(signer), numberOf(Buffer.from(publicKey, 'base64'))];
  // u = (1 + y) / (1 - y)
  if (y >= P || y === 1n || (u * (1n - y) - (1n + y)) % P !== 0n) return false;
  try {
    const key = createPublicKey({
      key: Buffer.concat([HEADS.ed25519Public, signer]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, statement(node, publicKey), key, bytes.subarray(KEY_BYTES));
  } catch {
    return false;
  }
}
