// Connections to the server through an HTTP proxy (CONNECT), for proxy-url and HTTPS_PROXY. Called by http.ts and by the upgrades of streams.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { TlsTarget } from '../../kit/http1/upgrade.ts';

export function throughProxy(
  proxy: URL,
  host: string,
  port: number,
  tls: TlsTarget | undefined,
): Promise<Duplex> {
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    throw new Error(`proxy: unsupported scheme "${proxy.protocol}"; use http or https`);
  const secure = proxy.protocol === 'https:';
  const shown = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const user = proxy.username
    ? {
        'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}`,
      }
    : {};
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (secure ? 443 : 80),
      method: 'CONNECT',
      path: shown,
      headers: { host: shown, ...user },
      agent: false,
    });
    request.on('error', reject);
    request.on('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new Error(response.statusMessage || `proxy answered ${response.statusCode}`));
        return;
      }
      if (!tls) return resolve(socket);
      const { ca, servername, ...rest } = tls;
      const inner = connect({
        socket,
        ...rest,
        servername: servername ?? (isIP(host) ? '' : host),
        host,
        ...(ca && { ca: ca as string }),
      });
      inner.once('error', reject);
      inner.once('secureConnect', () => resolve(inner));
    });
    request.end();
  });
}
