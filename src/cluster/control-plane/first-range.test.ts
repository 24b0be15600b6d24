import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { UserError } from '../progress.ts';
import { checkFirstRange } from './first-range.ts';

const V4 = '10.96.0.0/16';
const V6 = 'fd00::/112';

test('the first range of a cluster with data stays; a second one may come and go', async () => {
  const { store } = await simCluster({ apiServer: { serviceCidrs: [V4, V6] } });
  checkFirstRange(store, [V4]);
  checkFirstRange(store, [V4, V6]);
  assert.throws(() => checkFirstRange(store, [V6, V4]), UserError);
  assert.throws(() => checkFirstRange(store, [V6]), /give --ip-families IPv4, or IPv4,IPv6/);
  assert.throws(() => checkFirstRange(store, ['10.97.0.0/16']), /give --service-cidr 10\.96\.0\.0\/16/);
  checkFirstRange(openMemoryStore({ clock: new SteppedClock() }), [V6]);
});
