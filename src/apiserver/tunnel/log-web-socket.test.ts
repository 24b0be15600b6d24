// The whole way: a WebSocket client, the API server on a port, and a kubelet's /containerLogs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock } from '../../kit/clock.ts';
import { apiCalls, create } from '../../sim/api-calls.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';
import { aPod } from '../../sim/objects/pod.ts';

const PODS = '/api/v1/namespaces/default/pods';
const LINES = 'container is alive\n';
let kubelet: Server;
let server: HttpsApiServer;
/** Requests to the kubelet that are under way. */
let following = 0;

before(async () => {
  kubelet = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'https://kubelet');
    if (url.searchParams.has('previous')) return void response.writeHead(400).end('no previous container');
    if (!url.searchParams.has('follow')) return void response.end(LINES);
    following++;
    response.write(LINES);
    response.once('close', () => following--);
  });
  kubelet.listen(0, '127.0.0.1');
  await once(kubelet, 'listening');
  const { port } = kubelet.address() as AddressInfo;
  server = await startHttpsServer({
    disableAdmissionPlugins: ['ServiceAccount'],
    kubeletAddress: () => ({ host: '127.0.0.1', port }),
  });
  const { certificate: cert, key } = server.certificates.apiserver;
  kubelet.setSecureContext({ cert, key });
  await create(apiCalls(server.api), PODS, aPod('p', { nodeName: 'n1' }));
});

after(async () => {
  kubelet.closeAllConnections();
  kubelet.close();
  await server.stop();
});

const connect = (protocols: string[], query = '') => {
  const { ca, cert, key } = server.administrator;
  const url = `wss://127.0.0.1:${server.administrator.port}${PODS}/p/log${query}`;
  return new WebSocket(url, protocols, { ca, cert: cert!, key: key! });
};

/** All messages until the end: bytes as they are, texts in quotes. */
async function messages(client: WebSocket): Promise<{ seen: string[]; code: number; protocol: string }> {
  const seen: string[] = [];
  client.on('message', (data, isBinary) => seen.push(isBinary ? String(data) : JSON.stringify(String(data))));
  const [code] = await once(client, 'close');
  return { seen, code: code as number, protocol: client.protocol };
}

for (const protocol of ['binary.k8s.io', ''])
  test(`a log comes in binary messages after an empty one, with subprotocol "${protocol}"`, async () => {
    const answer = await messages(connect(protocol ? [protocol] : []));
    assert.deepEqual(answer, { seen: ['', LINES], code: 1000, protocol });
  });

test('a log comes in base64 texts when the client asks for them, among protocols that the server does not have', async () => {
  const { seen, protocol } = await messages(
    connect(['v9.example.com', 'base64.binary.k8s.io', 'binary.k8s.io']),
  );
  assert.equal(protocol, 'base64.binary.k8s.io');
  assert.deepEqual(seen, ['""', JSON.stringify(Buffer.from(LINES).toString('base64'))]);
});

const refusal = async (client: WebSocket): Promise<{ code: number; text: string }> => {
  client.on('error', () => {});
  const [, response] = await once(client, 'unexpected-response');
  let text = '';
  for await (const chunk of response) text += chunk;
  client.terminate();
  return { code: response.statusCode, text };
};

test('other subprotocols alone are refused, and so is a log that the kubelet refuses, before the handshake', async () => {
  const unknown = await refusal(connect(['channel.k8s.io']));
  assert.equal(unknown.code, 403);
  assert.match(unknown.text, /^requested protocol\(s\) are not supported: \[channel\.k8s\.io\]; supports/);
  const none = await refusal(connect(['binary.k8s.io'], '?previous=true'));
  assert.equal(none.code, 400);
  assert.equal(JSON.parse(none.text).message, 'no previous container');
});

test('what the client sends is ignored, and its disconnection ends the request to the kubelet', async () => {
  const client = connect(['binary.k8s.io'], '?follow=true');
  await once(client, 'open');
  client.send('ignored');
  await once(client, 'message');
  const [data] = await once(client, 'message');
  assert.equal(String(data), LINES);
  assert.equal(following, 1);
  client.close();
  await once(client, 'close');
  while (following > 0) await systemClock.turn();
});
