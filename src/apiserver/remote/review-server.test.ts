import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import { seededRandom } from '../../kit/random.ts';
import { FakeServer } from './remote-server.fake.ts';
import { ReviewServer } from './review-server.ts';

describe('a server that fills in reviews', () => {
  const server = new FakeServer();
  before(() => server.start());
  after(() => server.stop());
  afterEach(() => {
    server.requests.length = 0;
    for (const one of opened.splice(0)) one.close();
  });

  const opened: ReviewServer[] = [];
  const results: string[] = [];

  /** Waits between attempts take no time. */
  function reviews(remote: Partial<RemoteServer> = {}, timeout = 5_000): ReviewServer {
    results.length = 0;
    const waits = { ...systemClock, sleep: async () => {} };
    const made = new ReviewServer({
      server: { ...server.remote, ...remote },
      clock: waits,
      random: seededRandom(1),
      timeout,
      onAttempt: (result) => results.push(result),
    });
    opened.push(made);
    return made;
  }

  it('the review is posted to the exact path, and its status is read', async () => {
    server.answer = () => ({ body: { status: { allowed: true } } });
    assert.deepEqual(await reviews({ token: 't' }).statusOf({ kind: 'K' }), { allowed: true });
    const [{ path, headers, body } = assert.fail()] = server.requests;
    assert.deepEqual([path, headers.authorization, body], ['/review', 'Bearer t', { kind: 'K' }]);
    assert.deepEqual(results, ['success']);
  });

  it('a server that fails or is overloaded is asked five times, one that refuses once', async () => {
    for (const [status, times] of [
      [500, 5],
      [429, 5],
      [504, 5],
      [503, 1],
      [403, 1],
    ] as const) {
      server.requests.length = 0;
      server.answer = () => ({ status });
      await assert.rejects(reviews().statusOf({}));
      assert.equal(server.requests.length, times, String(status));
    }
    server.requests.length = 0;
    server.answer = () => (server.requests.length < 3 ? { status: 500 } : { body: { status: { ok: true } } });
    assert.deepEqual(await reviews().statusOf({}), { ok: true });
    assert.deepEqual(results, ['error', 'error', 'success']);
  });

  it('no part of an answer that cannot be used gets into the error', async () => {
    const failure = async (answer: object): Promise<string> => {
      server.answer = () => answer;
      return reviews()
        .statusOf({})
        .then(
          () => '',
          (error: Error) => error.message,
        );
    };
    assert.equal(await failure({ body: 'secret' }), 'the response is not valid JSON');
    assert.equal(await failure({ body: '"secret"' }), 'the response is not an object');
    assert.equal(
      await failure({ body: { status: 'secret' } }),
      'the status of the response is not an object',
    );
    assert.equal(
      await failure({ status: 403, body: 'secret' }),
      'the server responded with the status code 403 but did not return more information',
    );
    assert.match(
      await failure({ body: `"${'x'.repeat(1 << 20)}"` }),
      /: the response is longer than 1048576 bytes$/,
    );
  });

  it('a server that does not answer in time is a timeout, one that is away a dial error', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    server.answer = () => promise;
    const slow = reviews({}, 50);
    await assert.rejects(slow.statusOf({}), {
      message: `Post "${server.remote.url}": context deadline exceeded`,
    });
    assert.deepEqual(results, ['timeout']);
    resolve({});
    await assert.rejects(
      reviews({ url: 'https://127.0.0.1:1/x' }).statusOf({}),
      /^Error: Post "https:\/\/127.0.0.1:1\/x": dial tcp 127.0.0.1:1: connect: connection refused$/,
    );
  });

  it('a certificate of another authority is not trusted', async () => {
    server.answer = () => ({ body: { status: {} } });
    const other = new FakeServer();
    await assert.rejects(
      reviews({ ca: other.authority.ca }).statusOf({}),
      /certificate signed by unknown authority/,
    );
    assert.equal(server.requests.length, 0);
  });
});
