import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { systemClock } from '../kit/clock.ts';
import { createLogger } from '../kit/log.ts';
import { type HttpsApiServer, startHttpsServer } from '../sim/https-server.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';

const SECRET = 'xyzzy-s3cr3t';
const clock = systemClock;
const lines: string[] = [];
let server: HttpsApiServer;
/** The next create fails with this error in the store. */
let fault: Error | undefined;

before(async () => {
  const store = openMemoryStore({ clock });
  const create = store.create.bind(store);
  store.create = (...args) => {
    if (!fault) return create(...args);
    const error = fault;
    fault = undefined;
    throw error;
  };
  const log = createLogger({ level: 'debug', now: () => clock.now(), write: (line) => lines.push(line) });
  server = await startHttpsServer({ store, log });
});

beforeEach(() => {
  lines.length = 0;
});

after(() => server.stop());

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly anonymous?: boolean;
}

async function call(path: string, { method = 'GET', headers = {}, body, anonymous }: Call = {}) {
  const sent = request({
    ...(anonymous ? server.anonymous : server.administrator),
    agent: false,
    method,
    path,
    headers: { 'content-type': 'application/json', ...headers },
  });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode as number, body: await text(answer) };
}

const SECRETS = '/api/v1/namespaces/default/secrets';
const secret = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, annotations: { note: SECRET } },
    stringData: { password: SECRET },
  });

test('an anonymous impersonation with a malformed extra key is refused with 403 and leaves no log line', async () => {
  for (let i = 0; i < 20; i++) {
    const headers = { 'impersonate-user': 'a', 'impersonate-extra-%zz': 'x' };
    const answer = await call('/api', { headers, anonymous: true });
    assert.equal(answer.status, 403, answer.body);
  }
  assert.deepEqual(lines, []);
});

test('no part of a request is in the log, whatever is wrong with it', async () => {
  const encoded = Buffer.from(SECRET).toString('base64');
  const calls: [string, Call?][] = [
    [SECRETS, { method: 'POST', body: secret('a') }],
    [SECRETS, { method: 'POST', body: `{"password":"${SECRET}` }],
    [SECRETS, { method: 'POST', body: `${SECRET}` }],
    [
      SECRETS,
      { method: 'POST', body: `a: &${SECRET} [*${SECRET}`, headers: { 'content-type': 'application/yaml' } },
    ],
    [
      `${SECRETS}/a`,
      {
        method: 'PATCH',
        body: `[{"op":"${SECRET}"}]`,
        headers: { 'content-type': 'application/json-patch+json' },
      },
    ],
    [
      `${SECRETS}/a`,
      { method: 'PATCH', body: SECRET, headers: { 'content-type': 'application/merge-patch+json' } },
    ],
    [`${SECRETS}?labelSelector=${SECRET}%zz&fieldSelector=${SECRET}&limit=${SECRET}&continue=${SECRET}`],
    [`${SECRETS}?pretty=${SECRET}&resourceVersion=${SECRET}`],
    [`${SECRETS}/a`, { headers: { authorization: `Bearer ${SECRET}`, cookie: SECRET, accept: SECRET } }],
    [`${SECRETS}/a`, { headers: { authorization: `Bearer ${SECRET}` }, anonymous: true }],
    [`${SECRETS}/a`, { headers: { 'impersonate-user': SECRET, 'impersonate-extra-%zz': SECRET } }],
    [
      SECRETS,
      {
        method: 'POST',
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'd' },
          type: 'kubernetes.io/dockerconfigjson',
          data: { '.dockerconfigjson': encoded },
        }),
      },
    ],
    [
      '/apis/authentication.k8s.io/v1/tokenreviews',
      {
        method: 'POST',
        body: JSON.stringify({
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenReview',
          spec: { token: SECRET },
        }),
      },
    ],
  ];
  for (const [path, options] of calls) await call(path, options);
  assert.ok(!lines.join('').includes(SECRET), lines.join(''));
  assert.ok(!lines.join('').includes(encoded), lines.join(''));
});

test('an internal fault is logged with its place, but without a message that may quote the request', async () => {
  const faults = [
    new SyntaxError(`Unexpected token, "${SECRET}" is not valid JSON`),
    new TypeError(`${SECRET} is not a function`),
  ];
  for (fault of faults) {
    const answer = await call(`${SECRETS}?fieldManager=${SECRET}`, { method: 'POST', body: secret('b') });
    assert.equal(answer.status, 500, answer.body);
  }
  const log = lines.join('');
  assert.ok(!log.includes(SECRET), log);
  assert.match(log, /request failed.*resource="secrets".*TypeError[\s\S]*logs\.test\.ts/);
});

test('the contents of a docker configuration are not in the answer that refuses it', async () => {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'd' },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': `{"auths": {"r": ${SECRET}}}` },
  });
  const answer = await call(SECRETS, { method: 'POST', body });
  assert.equal(answer.status, 422);
  assert.ok(!answer.body.includes('xyz'), answer.body);
});
