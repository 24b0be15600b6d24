// Texts that users write into objects and that controllers read: schedules, completion indexes, revisions.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSchedule } from '../../../src/controllers/cronjob/schedule.ts';
import { newSetAnnotations } from '../../../src/controllers/deployment/annotations.ts';
import { freeIndexes, Indexes } from '../../../src/controllers/job/indexes.ts';
import { nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const never = () => false;
const NOW = Date.UTC(2026, 1, 28, 23, 59);
const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Etc/GMT+12', 'Nowhere/Else', '__proto__'];
const COMPLETIONS = 2_147_483_647;

export const targets = [
  fuzzTarget({
    name: 'controllers/schedule',
    input: fc.record({
      text: fc.oneof(
        piecesOf([...'0123456789*/,-? @', 'mon', 'jan-dec', '*/5', ' * * * *'], 20),
        nearMisses(
          ['*/5 0 1,15 * mon-fri', '0 0 30 2 *', '@hourly', '59 23 31 12 ?'],
          [' ', '*', '-', '/', ','],
        ),
      ),
      zone: fc.constantFrom(...zones),
    }),
    run: ({ text, zone }) => {
      const schedule = parseSchedule(text.slice(0, 1_024), zone);
      const next = schedule.next(NOW);
      assert.ok(next === undefined || next > NOW);
      const latest = schedule.latest(NOW - 1e9, NOW);
      assert.ok(latest === undefined || (latest <= NOW && latest > NOW - 1e9));
    },
    // Validation refuses what is invalid; the controller reports the rest as an event.
    refuses: (error) => error instanceof Error && !(error instanceof assert.AssertionError),
  }),
  fuzzTarget({
    name: 'controllers/job-indexes',
    input: fc.oneof(
      piecesOf([...'0123456789,-', '0-', '99999', '4294967295', '0-99999999999', '1e9'], 20),
      nearMisses(['1,3-5,7', '0-99999'], [',', '-', '9999999999']),
    ),
    run: (text) => {
      const indexes = Indexes.parse(text, COMPLETIONS);
      assert.deepEqual(Indexes.parse(String(indexes), COMPLETIONS).ranges, indexes.ranges);
      for (const free of freeIndexes(COMPLETIONS, indexes, 10)) assert.ok(!indexes.has(free));
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'controllers/revisions',
    input: fc.record({
      revision: fc.oneof(piecesOf([...'0123456789', '-1', '1e99', 'NaN']), fc.string()),
      history: piecesOf([',', '1', '22', 'x'], 20).map((text) => text.slice(0, 256 * 1024)),
    }),
    run: ({ revision, history }) => {
      const current = {
        'deployment.kubernetes.io/revision': revision,
        'deployment.kubernetes.io/revision-history': history,
      };
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } };
      newSetAnnotations(deployment as Parameters<typeof newSetAnnotations>[0], current, 3n, true);
    },
    refuses: never,
  }),
];
