// A webhook that answers whatever it likes: the request fails with upstream's kind of message, in time, and nothing of the answer
// is kept beyond its limit.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { ensureCertificates } from '../../../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../../../kit/clock.ts';
import { KeptConnections } from '../../../kit/http1/kept-connections.ts';
import { systemRandom } from '../../../kit/random.ts';
import { testAuthority } from '../../../kit/x509/authority.fake.ts';
import { callWebhook } from './call.ts';
import type { Webhook } from './matching.ts';
import { denial, verdictOf } from './review.ts';

const directory = mkdtempSync(join(tmpdir(), 'hostile-webhook-'));
let hook: Server;
let caBundle = '';
let answer: (response: ServerResponse) => void;
const kept = new KeptConnections(systemClock);

before(async () => {
  const certificates = ensureCertificates({ directory, clock: systemClock, nodes: [] });
  caBundle = Buffer.from(certificates.ca.certificate).toString('base64');
  hook = createServer(
    { cert: certificates.apiserver.certificate, key: certificates.apiserver.key },
    async (request, response) => {
      response.on('error', () => {});
      await text(request);
      answer(response);
    },
  );
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
});

after(() => {
  kept.close();
  hook.closeAllConnections();
  hook.close();
  rmSync(directory, { recursive: true });
});

const none = { get: () => undefined, items: () => [] };

async function failureOf(more: Partial<Webhook> = {}): Promise<string> {
  const url = `https://127.0.0.1:${(hook.address() as AddressInfo).port}/check`;
  const webhook = { name: 'h', clientConfig: { url, caBundle }, timeoutSeconds: 5, ...more } as Webhook;
  const options = {
    clock: systemClock,
    random: systemRandom,
    connections: kept,
    services: { cache: none },
    slices: { cache: none },
  };
  const error = await callWebhook(options as never, webhook, {}).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return error ? error.message.replace(/^failed to call webhook: (?:Post ".*": )?/, '') : 'no failure';
}

const TOO_LONG = 'the response is longer than 4194304 bytes';

/** Writes for as long as somebody reads. */
function endless(response: ServerResponse, count: (bytes: number) => void): void {
  const block = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!response.destroyed) {
      count(block.length);
      if (!response.write(block)) return void response.once('drain', more);
    }
  };
  more();
}

test('an endless answer without a length is read up to its limit', async () => {
  let sent = 0;
  answer = (response) =>
    endless(response, (bytes) => {
      sent += bytes;
    });
  assert.equal(await failureOf(), TOO_LONG);
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes`);
});

test('a long refusal is read up to its limit, and shown in part', async () => {
  answer = (response) => endless(response.writeHead(500), () => {});
  assert.equal(
    await failureOf(),
    'an error on the server ("unknown") has prevented the request from succeeding',
  );
  answer = (response) => endless(response.writeHead(500, { 'content-type': 'text/plain' }), () => {});
  assert.equal(await failureOf(), 'an error on the server ("") has prevented the request from succeeding');
  answer = (response) =>
    void response.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'not for you' }));
  assert.equal(await failureOf(), 'not for you');
});

test('an answer that does not come, or not to its end, fails after the time-out', async () => {
  answer = () => {};
  assert.equal(await failureOf({ timeoutSeconds: 1 }), 'context deadline exceeded');
  answer = (response) => void response.write('{"kind":');
  assert.equal(await failureOf({ timeoutSeconds: 1 }), 'context deadline exceeded');
});

test('a redirect is not followed', async () => {
  answer = (response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end('elsewhere');
  assert.equal(
    await failureOf(),
    'the server responded with the status code 307 but did not return more information',
  );
});

test('an answer that is no JSON, and certificates that are not valid, are told in Go’s words', async () => {
  answer = (response) => void response.end('<html>secret</html>');
  assert.match(
    await failureOf(),
    /^couldn't get version\/kind; json parse error: json: cannot unmarshal string into Go value of type struct/,
  );
  answer = (response) => void response.end('{"kind":"Status","apiVersion":"v1"}');
  assert.equal(await failureOf(), 'converting (v1.Status) to (v1.AdmissionReview): unknown conversion');
  answer = (response) => void response.writeHead(201).end();
  assert.equal(await failureOf(), '0-length response with status code: 201 and content type: ');
  const { ca } = testAuthority();
  const other = Buffer.from(ca).toString('base64');
  const url = `https://127.0.0.1:${(hook.address() as AddressInfo).port}/check`;
  assert.equal(
    await failureOf({ clientConfig: { url, caBundle: other } }),
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  );
  const named = `https://localhost.localdomain.invalid:${(hook.address() as AddressInfo).port}/check`;
  assert.match(
    await failureOf({ clientConfig: { url: named, caBundle } }),
    /^dial tcp: lookup .*: no such host$/,
  );
});

test('a review with fields of other types is invalid', () => {
  const review = (response: object) =>
    verdictOf(
      { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: 'u', ...response } },
      'u',
    );
  for (const [field, response] of [
    ['allowed', {}],
    ['allowed', { allowed: 'true' }],
    ['warnings', { allowed: true, warnings: 5 }],
    ['warnings', { allowed: true, warnings: [{}] }],
    ['patch', { allowed: true, patch: {} }],
    ['status', { allowed: false, status: 'no' }],
    ['status', { allowed: false, status: { code: 'x' } }],
  ] as const)
    assert.throws(() => review(response), {
      message: `webhook response has an invalid field response.${field}`,
    });
});

test('a denial has a code that an error can have', () => {
  for (const [code, wanted] of [
    [undefined, 400],
    [200, 400],
    [0, 400],
    [999, 400],
    [-1, 400],
    [403, 403],
    [422, 422],
  ] as const)
    assert.equal(
      denial('h', { allowed: false, status: { message: 'no', ...(code !== undefined && { code }) } }).code,
      wanted,
    );
});
