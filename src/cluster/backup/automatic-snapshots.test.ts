import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { nextTurn, type Timer } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { clusterPaths } from '../state/paths.ts';
import { AutomaticSnapshots } from './automatic-snapshots.ts';
import { automaticSnapshots } from './snapshot-files.ts';

const root = mkdtempSync(join(tmpdir(), 'snapshots-'));
after(() => rmSync(root, { recursive: true, force: true }));

const MINUTE = 60_000;

/** Counts the timers of one interval: a snapshot is done when the next one's is set. */
class CountingClock extends SteppedClock {
  intervals = 0;

  override after(ms: number, fn: () => void): Timer {
    if (ms === MINUTE) this.intervals++;
    return super.after(ms, fn);
  }
}

/** The revisions of the snapshots that there are after each of some minutes, in which the store was written to. */
async function minutes(count: number, keep: number): Promise<number[][]> {
  const clock = new CountingClock();
  const dataDir = mkdtempSync(join(root, 'data-'));
  const store = await openSqliteStore({ directory: join(dataDir, 'store'), clock });
  const { snapshots: directory } = clusterPaths(dataDir);
  const automatic = new AutomaticSnapshots({
    ...{ store, directory, clock, log: silentLogger },
    limits: { everyMs: MINUTE, keep },
  });
  await automatic.start();
  const seen: number[][] = [];
  for (let minute = 0; minute < count; minute++) {
    await store.create(`/${minute}`, () => Buffer.from('x'));
    await clock.step(MINUTE);
    while (keep > 0 && clock.intervals < minute + 2) await nextTurn();
    seen.push((await automaticSnapshots(dataDir)).map(({ revision }) => revision));
  }
  automatic.stop();
  await store.close();
  return seen;
}

test('as many automatic snapshots are kept as asked for, one interval apart', async () => {
  assert.deepEqual(await minutes(3, 2), [[2], [3, 2], [4, 3]]);
});

test('none is saved when none is to be kept', async () => {
  assert.deepEqual(await minutes(2, 0), [[], []]);
});
