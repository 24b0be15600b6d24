// A conversion webhook that answers whatever it likes: requests fail in upstream's words, and nothing else is harmed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { created, gizmo, gizmos, servedGizmos } from './served.fake.ts';
import { convertedTo, converts, success } from './webhook.fake.ts';

const V1 = { hostPort: 'h:1' };
const V2 = { host: 'h', port: '1' };

const HEAD = 'conversion webhook for example.com/v1, Kind=Gizmo ';

test('answers that are no conversion are refused in upstream’s words', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook } = served;
  await created(served, 'v1', 'a', V1);
  const failure = async (answer: object): Promise<string> => {
    webhook.answer = ({ request }) =>
      typeof answer === 'function'
        ? success([answer(convertedTo('example.com/v2', request.objects[0]))])
        : answer;
    const { status, body } = await server.call('GET', `${gizmos('v2')}/a`);
    assert.deepEqual([status, body.reason ?? ''], [500, ''], JSON.stringify(body));
    assert.ok(body.message.startsWith(HEAD), body.message);
    return body.message.slice(HEAD.length);
  };
  type One = { metadata: object; apiVersion: string };
  const cases: readonly (readonly [object, string])[] = [
    [success([]), 'returned 0 objects, expected 1'],
    [{ result: { status: 'Failure', message: 'no way' } }, 'failed: no way'],
    [{ result: { status: 'Odd' } }, "failed: response.result.status was 'Odd', not 'Success'"],
    [{ ...success([]), uid: 'u' }, 'failed: expected response.uid='],
    [
      (one: One) => ({ ...one, apiVersion: 'example.com/v3' }),
      'returned invalid object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v3)',
    ],
    [
      (one: One) => ({ ...one, kind: 'Other' }),
      'returned invalid object at index 0: invalid kind (expected Gizmo, received Other)',
    ],
    [
      (one: One) => ({ ...one, metadata: { ...one.metadata, name: 'b' } }),
      'returned invalid object: must have the same name: a != b',
    ],
    [
      (one: One) => ({ ...one, metadata: { ...one.metadata, uid: 'b' } }),
      'returned invalid object: must have the same UID: ',
    ],
    [
      (one: One) => ({ ...one, metadata: { ...one.metadata, labels: 'x' } }),
      'returned invalid metadata: invalid metadata.labels of type string in converted object',
    ],
    [
      (one: One) => ({ ...one, metadata: { ...one.metadata, annotations: { a: 1 } } }),
      'returned invalid metadata: metadata.annotations[a] must be a string, but is int64 in converted object',
    ],
    [
      (one: One) => ({ ...one, metadata: { ...one.metadata, labels: { 'a b': 'c' } } }),
      'returned invalid metadata: metadata.labels: Invalid value: "a b": ',
    ],
  ];
  for (const [answer, message] of cases) {
    const found = await failure(answer);
    assert.ok(found.startsWith(message), `${found}\n${message}`);
  }
  webhook.answer = () => success([{ apiVersion: 'example.com/v2' }]);
  assert.equal(
    (await server.call('GET', `${gizmos('v2')}/a`)).body.message,
    `Object 'Kind' is missing in '{"apiVersion":"example.com/v2"}'`,
  );
  webhook.answer = (_review, response) => void response.writeHead(204, { 'content-type': 'text/x' }).end();
  assert.equal(
    (await server.call('GET', `${gizmos('v2')}/a`)).body.message,
    `${HEAD}failed: 0-length response with status code: 204 and content type: text/x`,
  );
  webhook.answer = (_review, response) =>
    void response.writeHead(500, { 'content-type': 'text/plain' }).end('oh');
  const { body } = await server.call('GET', `${gizmos('v2')}/a`);
  assert.equal(
    body.message,
    `${HEAD}failed: an error on the server ("oh") has prevented the request from succeeding`,
  );
  assert.match(
    (await server.call('GET', gizmos('v2'))).body.message,
    /^conversion webhook for example\.com\/v1, Kind=Gizmo failed: /,
  );
});

test('objects of any shape that come back harm nobody', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook } = served;
  await created(served, 'v1', 'a', V1);
  let deep: unknown = 'x';
  for (let i = 0; i < 500; i++) deep = [deep];
  for (const spec of [
    'text',
    5,
    null,
    [],
    { host: {}, port: [] },
    { host: deep },
    JSON.parse('{"__proto__":{"host":1}}'),
  ]) {
    webhook.answer = ({ request }) =>
      success(request.objects.map((object) => ({ ...object, apiVersion: request.desiredAPIVersion, spec })));
    // Changes the definition, so that the object is converted anew.
    await served.define({
      conversion: {
        webhook: { clientConfig: { url: `${webhook.clientConfig.url}/${webhook.reviews.length}` } },
      },
    });
    const { status } = await server.call('GET', `${gizmos('v2')}/a`);
    assert.ok(status === 200 || status === 500, `${status}`);
    await server.call('GET', gizmos('v2'));
    const put = await server.call('PUT', `${gizmos('v1')}/a`, gizmo('v1', 'a', V1));
    assert.ok(put.status < 500, JSON.stringify(put.body));
  }
  webhook.answer = (_review, response) => void response.end(`{"response":${'['.repeat(100_000)}`);
  await served.define({ conversion: { webhook: { clientConfig: webhook.clientConfig } } });
  const { status, body } = await server.call('GET', `${gizmos('v2')}/a`);
  assert.equal(status, 500);
  assert.match(body.message, /json parse error: .*exceeded max depth$/);
  webhook.answer = converts;
  assert.deepEqual(await served.spec('v2', 'a'), V2);
});
