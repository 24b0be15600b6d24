// A request for a certificate while servers come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failure } from '../../api/status/status-error.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { clientTerms } from './bootstrap.ts';
import { requestCertificate } from './request-certificate.ts';

test('a request that no server has answered is sent again; one that is refused is not', async () => {
  const clock = new SteppedClock();
  let asked = 0;
  const transport: Transport = {
    request: async () => {
      asked++;
      if (asked < 3) throw new Error('the connection closed before the whole answer came');
      const { status } = failure(403, 'Forbidden', 'no');
      return { status: 403, headers: {}, body: Buffer.from(JSON.stringify(status)) };
    },
    watch: () => Promise.reject(new Error('not asked for')),
  };
  const requested = requestCertificate(new RestClient({ transport, clock }), clientTerms('n1'), {
    clock,
    log,
  });
  const refused = assert.rejects(requested, /no/);
  for (let i = 0; i < 5; i++) await clock.step(1_000);
  await refused;
  assert.equal(asked, 3);
});
