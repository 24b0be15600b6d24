import assert from 'node:assert/strict';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { nextTurn, systemClock } from '../../kit/clock.ts';
import { RestClient } from '../rest/rest-client.ts';
import { HttpsTransport } from './https-transport.ts';

describe('HttpsTransport', () => {
  // Clear-text HTTP/2: what is tested here is framing and reconnecting, not TLS.
  const server = createServer();
  const watches: ServerHttp2Stream[] = [];
  let transport: HttpsTransport;

  before(async () => {
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      const path = String(headers[':path']);
      if (path.includes('watch=true')) {
        watches.push(stream);
        stream.respond({ ':status': 200 });
        stream.write('{"type":"ADDED","object":{"metadata":{"name":"a"}}}\n{"type":"MODI');
        void nextTurn().then(() => stream.write('FIED","object":{"metadata":{"name":"b"}}}\n'));
      } else if (path.endsWith('/gone')) {
        stream.respond({ ':status': 404 });
        stream.end(JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'not here', code: 404 }));
      } else {
        stream.respond({ ':status': 200 });
        stream.end(
          JSON.stringify({ metadata: { name: 'x' }, data: { token: headers.authorization ?? '', path } }),
        );
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    transport = new HttpsTransport({ server: `http://127.0.0.1:${port}`, token: 't', clock: systemClock });
  });
  after(() => {
    transport.close();
    server.close();
  });

  it('sends the token and the path of the kind, and gives the parsed object', async () => {
    const client = new RestClient({ transport, fieldManager: 'me' });
    const got = await client.get(ConfigMap, 'x', 'ns');
    assert.deepEqual(got.data, { token: 'Bearer t', path: '/api/v1/namespaces/ns/configmaps/x' });
  });

  it('turns a failed answer into a StatusError', async () => {
    const client = new RestClient({ transport });
    await assert.rejects(client.get(ConfigMap, 'gone', 'ns'), isNotFound);
  });

  it('frames a watch by lines wherever the bytes are cut, and ends when aborted', async () => {
    const client = new RestClient({ transport });
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const frame of await client.watch(ConfigMap, {}, abort.signal)) {
      seen.push(`${frame.type} ${(frame.object as ConfigMap).metadata.name}`);
      if (seen.length === 2) abort.abort();
    }
    assert.deepEqual(seen, ['ADDED a', 'MODIFIED b']);
  });

  it('makes a new connection after the old one broke', async () => {
    const client = new RestClient({ transport });
    await client.get(ConfigMap, 'x', 'ns');
    transport.close();
    assert.equal((await client.get(ConfigMap, 'x', 'ns')).metadata.name, 'x');
  });
});
