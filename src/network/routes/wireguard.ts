// WireGuard: the input of `wg syncconf`, and the node's own key in a file. Keys and addresses of other nodes have been checked
// (annotation.ts). The private key passes by standard input only.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { End } from './plan.ts';

/** WireGuard's usual port is left to the tunnels of the machine's owner. */
export const WIREGUARD_PORT = 51_872;

export function configurationOf(privateKey: string, ends: readonly End[]): string {
  const peers = ends.map(({ endpoint: { id, address }, ranges }) =>
    [
      '[Peer]',
      `PublicKey = ${id}`,
      `Endpoint = ${address.includes(':') ? `[${address}]` : address}:${WIREGUARD_PORT}`,
      `AllowedIPs = ${ranges.join(', ')}`,
    ].join('\n'),
  );
  const own = ['[Interface]', `PrivateKey = ${privateKey}`, `ListenPort = ${WIREGUARD_PORT}`].join('\n');
  return `${[own, ...peers].join('\n\n')}\n`;
}

export interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Of the file, which is made if it is not there or holds no key. Root alone may read it. */
export async function keysIn(file: string): Promise<Keys> {
  const written = await readFile(file, 'utf8').catch(() => '');
  if (isKeyLine(written)) return keysOf(Buffer.from(written.trim(), 'base64'));
  const { privateKey } = generateKeyPairSync('x25519');
  const keys = keysOf(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-KEY_BYTES));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, `${keys.privateKey}\n`, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
  return keys;
}

const KEY_BYTES = 32;
const isKeyLine = (text: string): boolean => /^[A-Za-z0-9+/]{43}=\n?$/.test(text);

/** PKCS #8 around a key of X25519: RFC 8410. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

function keysOf(secret: Buffer): Keys {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' });
  const shown = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
  return { privateKey: secret.toString('base64'), publicKey: shown.toString('base64') };
}
