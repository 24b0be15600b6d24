import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { request } from 'node:https';
import { buffer, text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock as clock } from '../../kit/clock.ts';
import { type HttpsApiServer, startHttpsServer, type TlsOptions } from '../../sim/https-server.ts';

const maps = '/api/v1/namespaces/default/configmaps';
let server: HttpsApiServer;
let session: ClientHttp2Session | undefined;

before(async () => {
  server = await startHttpsServer();
});

/** One for all requests; the server closes it when other tests have kept it idle. */
function connection(): ClientHttp2Session {
  if (session && !session.closed && !session.destroyed) return session;
  session = connect(server.url, server.administrator);
  return session;
}

after(async () => {
  session?.close();
  await server.stop();
});

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function open(path: string, { method = 'GET', headers = {}, body }: Sent = {}) {
  const stream: ClientHttp2Stream = connection().request({ ':method': method, ':path': path, ...headers });
  stream.end(body);
  const [answer] = await once(stream, 'response');
  return { stream, headers: answer as Record<string, string | number> };
}

async function call(path: string, sent: Sent = {}) {
  const { stream, headers } = await open(path, sent);
  return { status: headers[':status'], headers, body: await buffer(stream) };
}

const post = (object: object) =>
  call(maps, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(object),
  });
const map = (name: string, value = '') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { value },
});

test('a body that is too large is a 413, and the connection stays open', async () => {
  const stream = connection().request({
    ':method': 'POST',
    ':path': maps,
    'content-type': 'application/json',
  });
  stream.on('error', () => {});
  stream.end(Buffer.alloc(4 * 1024 * 1024, 'x'));
  const [headers] = await once(stream, 'response');
  assert.equal((headers as Record<string, number>)[':status'], 413);
  const status = JSON.parse(await text(stream));
  assert.deepEqual(
    [status.reason, status.message],
    ['RequestEntityTooLarge', 'Request entity too large: limit is 3145728'],
  );
  assert.equal((await call('/readyz')).status, 200);
});

test('large responses are compressed for clients that accept gzip, small ones are not', async () => {
  for (const name of ['za', 'zb', 'zc']) await post(map(name, 'x'.repeat(100_000)));
  const zipped = await call(maps, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(zipped.headers['content-encoding'], 'gzip');
  const plain = await call(maps);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(plain.headers['content-length'], String(plain.body.length));
  assert.deepEqual(JSON.parse(gunzipSync(zipped.body).toString()), JSON.parse(plain.body.toString()));
  const small = await call(`${maps}/none`, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(small.headers['content-encoding'], undefined);
});

test('a watch streams one line per event, and is closed with its stream', async () => {
  const { stream, headers } = await open(`${maps}?watch=true&fieldSelector=metadata.name%3Dw`);
  assert.equal(headers['content-type'], 'application/json');
  const lines: string[] = [];
  stream.on('data', (chunk) => lines.push(...String(chunk).trim().split('\n')));
  await post(map('w'));
  await once(stream, 'data');
  const event = JSON.parse(lines[0]!);
  assert.deepEqual([event.type, event.object.metadata.name], ['ADDED', 'w']);
  stream.close();
  await once(stream, 'close');
});

test('HTTP/2 clients learn how long headers may be, and those that send longer ones lose that request only', async () => {
  const { maxHeaderListSize } = connection().remoteSettings;
  assert.equal(maxHeaderListSize, 147_456);
  // Each counts 32 bytes more than it has.
  const headers = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-${i}`, 'a']));
  assert.equal((await call('/version', { headers: headers(3_500) })).status, 200);
  const watch = await open(`${maps}?watch=true`);
  await assert.rejects(call('/version', { headers: headers(4_500) }), { code: 'ERR_HTTP2_STREAM_ERROR' });
  assert.equal((await call('/version')).status, 200);
  assert.equal(watch.stream.destroyed, false);
  watch.stream.close();
});

test('HEAD returns the headers of GET without a body', async () => {
  const answer = await call('/version', { method: 'HEAD' });
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
});

test('HTTP/1.1 is served on the same port, with several requests on one connection', async () => {
  const sent = request({ ...server.administrator, path: '/version' });
  sent.end();
  const [answer] = await once(sent, 'response');
  assert.equal(answer.httpVersion, '1.1');
  assert.equal(JSON.parse(await text(answer)).major, '1');
});

test('every response has its own audit id', async () => {
  const [one, two] = [await call('/version'), await call('/version')];
  assert.match(String(one.headers['audit-id']), /^[0-9a-f-]{36}$/);
  assert.notEqual(one.headers['audit-id'], two.headers['audit-id']);
});

test('requests are counted by verb, resource and code', async () => {
  await call(`${maps}/nobody`);
  const metrics = (await call('/metrics')).body.toString();
  assert.match(metrics, /apiserver_request_total\{code="404",.*resource="configmaps".*verb="GET".*\} \d+/);
  assert.match(metrics, /apiserver_request_duration_seconds_bucket\{/);
});

test('pretty=true indents the response', async () => {
  assert.match((await call('/version?pretty=true')).body.toString(), /^\{\n {2}"major": "1"/);
});

test('a connection over which nothing was asked for is closed, one with a watch stays', async () => {
  const idle = new SteppedClock(clock.now());
  const own = await startHttpsServer({ clock: idle });
  const dial = (given: TlsOptions) => connect(own.url, given);
  const sessions = [dial(own.anonymous), dial(own.administrator), dial(own.administrator)] as const;
  await Promise.all(
    sessions.map((one) => one.remoteSettings?.maxConcurrentStreams ?? once(one, 'remoteSettings')),
  );
  assert.equal(sessions[0].remoteSettings.maxConcurrentStreams, 250);
  const watch = sessions[2].request({ ':path': `${maps}?watch=true` });
  const [{ ':status': status }] = await once(watch, 'response');
  assert.equal(status, 200);
  const closed = sessions.map((one) => once(one, 'close'));
  await idle.step(30_000);
  await closed[0];
  assert.deepEqual([sessions[1].closed, sessions[2].closed], [false, false]);
  await idle.step(80_000);
  await closed[1];
  assert.equal(sessions[2].closed, false);
  watch.destroy();
  sessions[2].destroy();
  await own.stop();
});
