// WireGuard: the input of `wg syncconf`. Keys and addresses of other nodes have been checked (annotation.ts). The private key passes by
// standard input only. Pure.
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
