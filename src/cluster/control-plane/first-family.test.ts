import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { UserError } from '../progress.ts';
import { checkFirstFamily } from './first-family.ts';

const V4 = '10.96.0.0/16';
const V6 = 'fd00::/112';

test('the first family of a cluster with data stays; a second one may come and go', async () => {
  const { store } = await simCluster({ apiServer: { serviceCidrs: [V4, V6] } });
  checkFirstFamily(store, [V4]);
  checkFirstFamily(store, [V4, V6]);
  assert.throws(() => checkFirstFamily(store, [V6, V4]), UserError);
  assert.throws(() => checkFirstFamily(store, [V6]), /give --ip-families IPv4, or IPv4,IPv6/);
  checkFirstFamily(openMemoryStore({ clock: new SteppedClock() }), [V6]);
});
