import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusError } from '../api/status/status-error.ts';
import { SteppedClock, settle } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { simCluster } from '../sim/cluster.ts';
import { timeoutOf, withDeadline } from './deadline.ts';

const timeout = (text: string) => timeoutOf(new URLSearchParams({ timeout: text }));

describe('the deadline of a request', () => {
  it('is 60 seconds, or less if the client asks for less', () => {
    assert.equal(timeoutOf(new URLSearchParams()), 60_000);
    assert.deepEqual(
      ['10s', '1.5s', '100ms', '1m', '2h', '0', '0s', '-5s', '1s500ms'].map(timeout),
      [10_000, 1500, 100, 60_000, 60_000, 60_000, 60_000, 60_000, 1500],
    );
  });

  it('must be a duration', () => {
    for (const wrong of ['10', 's', '1 s', '1s ', '1x', '.s', `${'1'.repeat(70)}s`])
      assert.throws(
        () => timeout(wrong),
        (error) =>
          error instanceof StatusError &&
          error.status.code === 400 &&
          /^invalid timeout specified in the request URL - time: invalid duration/.test(error.message),
        wrong,
      );
  });

  it('ends with a 504 in upstream’s words', async () => {
    const clock = new SteppedClock();
    const late = withDeadline(clock, new Promise(() => {}), 1000);
    const refusals: StatusError[] = [];
    late.catch((reason) => refusals.push(reason));
    await clock.step(999);
    assert.deepEqual(refusals, []);
    await clock.step(1);
    assert.deepEqual(
      refusals.map(({ status: { code, reason, message } }) => [code, reason, message]),
      [[504, 'Timeout', 'Timeout: request did not complete within the allotted timeout']],
    );
  });

  it('holds for a body that does not arrive, which takes no seats meanwhile', async () => {
    const server = await simCluster({ apiServer: { log: silentLogger } });
    const request = {
      method: 'POST',
      path: '/api/v1/namespaces/default/configmaps',
      query: new URLSearchParams({ timeout: '5s' }),
      headers: {},
      body: () => new Promise<Buffer>(() => {}),
    };
    const user = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
    let status = 0;
    void server.api.handle(request, user).then((reply) => {
      status = 'status' in reply ? reply.status : -1;
    });
    await settle();
    const { body } = await server.call('GET', '/metrics');
    // The reading of the metrics itself.
    const executing = [...String(body).matchAll(/current_executing_seats\{[^}]*\} (\d+)/g)];
    assert.equal(
      executing.reduce((sum, [, seats]) => sum + Number(seats), 0),
      1,
    );
    await server.clock.step(5000);
    assert.equal(status, 504);
  });
});
