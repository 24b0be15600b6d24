// Passes an upgrade on to the runtime's streaming server unchanged, except for headers meant for the kubelet alone.
import { type IncomingUpgrade, tunnelUpgrade } from '../../../kit/http1/tunnel.ts';

const OURS = /^(host|authorization)$/i;

export function passToRuntime(incoming: IncomingUpgrade, runtimeUrl: string): Promise<void> {
  const url = new URL(runtimeUrl);
  const headers = incoming.request.rawHeaders.flatMap((name, i, all) =>
    i % 2 === 0 && !OURS.test(name) ? [name, all[i + 1]!] : [],
  );
  return tunnelUpgrade(incoming, {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    path: `${url.pathname}${url.search}`,
    headers,
  });
}
