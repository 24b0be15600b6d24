import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CronJob } from '../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPodTemplate } from '../../sim/objects/pod.ts';
import { aJob } from '../../sim/objects/workloads.ts';
import { parseSchedule } from './schedule.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

describe('a schedule', () => {
  const next = (schedule: string, from: string, zone?: string) => {
    const at = parseSchedule(schedule, zone).next(utc(from));
    return at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);
  };

  it('finds the next time after a given one', () => {
    assert.equal(next('*/15 * * * *', '2026-01-01T00:07:00'), '2026-01-01T00:15');
    assert.equal(next('0 3 * * *', '2026-01-01T03:00:00'), '2026-01-02T03:00');
    assert.equal(next('30 4 1 * *', '2026-01-15T00:00:00'), '2026-02-01T04:30');
    assert.equal(next('@weekly', '2026-01-01T00:00:00'), '2026-01-04T00:00');
    assert.equal(next('0 9 * * MON-FRI', '2026-01-02T10:00:00'), '2026-01-05T09:00');
    assert.equal(next('0 0 29 feb *', '2026-01-01T00:00:00'), '2028-02-29T00:00');
    assert.equal(next('0 0 30 2 *', '2026-01-01T00:00:00'), undefined);
  });

  it('matches day of month or day of week when both are restricted', () => {
    assert.equal(next('0 0 13 * 5', '2026-01-01T12:00:00'), '2026-01-02T00:00');
  });

  it('uses local time in its time zone', () => {
    assert.equal(next('0 9 * * *', '2026-01-01T00:00:00', 'America/New_York'), '2026-01-01T14:00');
    assert.equal(next('0 9 * * *', '2026-07-01T00:00:00', 'America/New_York'), '2026-07-01T13:00');
  });

  it('reads the clock of its time zone a few times, however far its day is', () => {
    const { formatToParts } = Intl.DateTimeFormat.prototype;
    let read = 0;
    Intl.DateTimeFormat.prototype.formatToParts = function (...given) {
      read++;
      return formatToParts.apply(this, given);
    };
    try {
      assert.equal(next('30 1 29 feb *', '2026-01-01T00:00:00', 'Europe/Berlin'), '2028-02-29T00:30');
      assert.equal(next('0 0 30 2 *', '2026-01-01T00:00:00', 'America/St_Johns'), undefined);
    } finally {
      Intl.DateTimeFormat.prototype.formatToParts = formatToParts;
    }
    assert.ok(read < 50, `${read} times`);
  });

  it('finds the last time within an interval', () => {
    const hourly = parseSchedule('@hourly');
    const latest = hourly.latest(utc('2026-01-01T00:00:00'), utc('2026-01-01T05:30:00'));
    assert.equal(latest, utc('2026-01-01T05:00:00'));
    assert.equal(hourly.latest(utc('2026-01-01T05:00:00'), utc('2026-01-01T05:30:00')), undefined);
  });

  it('with @every counts from the time that it is given', () => {
    const often = parseSchedule('@every 1m30s');
    const from = utc('2026-01-01T00:00:07');
    assert.equal(often.next(from + 400), from + 90_000);
    assert.equal(often.latest(from, from + 89_999), undefined);
    assert.equal(often.latest(from, from + 290_000), from + 270_000);
    assert.equal(parseSchedule('@every 1ms').next(from), from + 1_000);
    assert.throws(() => parseSchedule('@every so often'));
  });

  it('is refused when it is invalid', () => {
    for (const bad of ['', '* * * *', '61 * * * *', '* * * * mon-sun-x', '*/0 * * * *', '5-1 * * * *'])
      assert.throws(() => parseSchedule(bad), Error, bad);
    assert.throws(() => parseSchedule('* * * * *', 'Nowhere/Land'), RangeError);
  });
});

describe('the cron job controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['cronjob-controller', 'ttl-after-finished-controller'] });
  });
  afterEach(() => cluster.stop());

  const create = async (spec: object = {}, jobSpec: object = {}) => {
    const template = aPodTemplate({}, { restartPolicy: 'Never' });
    await cluster.client.create(CronJob, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'tick', namespace: 'default' },
      spec: { schedule: '*/1 * * * *', jobTemplate: { spec: { template, ...jobSpec } }, ...spec },
    } as CronJob);
    await cluster.settle();
  };
  const jobs = async () => (await cluster.client.list(Job, { namespace: 'default' })).items;
  const complete = async (job: Job) => {
    const time = new Date(cluster.clock.now()).toISOString();
    const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: time, reason: 'Done' });
    const conditions = [condition('SuccessCriteriaMet'), condition('Complete')];
    const status = { conditions, completionTime: time, startTime: time, succeeded: 1 };
    await cluster.client.patch(
      Job,
      job.metadata.name!,
      'default',
      'merge',
      { status },
      { subresource: 'status' },
    );
    await cluster.settle();
  };

  it('creates a job at each scheduled time and keeps finished ones up to the history limit', async () => {
    await create({ successfulJobsHistoryLimit: 1 });
    assert.equal((await jobs()).length, 0);
    for (let i = 0; i < 3; i++) {
      await cluster.step(60_200);
      for (const job of await jobs()) if (!job.status?.completionTime) await complete(job);
    }
    const left = await jobs();
    assert.equal(left.length, 1);
    assert.match(left[0]!.metadata.name!, /^tick-\d+$/);
    const { status } = await cluster.client.get(CronJob, 'tick', 'default');
    assert.ok(status?.lastScheduleTime && status.lastSuccessfulTime);
    assert.deepEqual(status.active ?? [], []);
  });

  it('with Forbid waits for the previous job', async () => {
    await create({ concurrencyPolicy: 'Forbid' });
    await cluster.step(180_500);
    assert.equal((await jobs()).length, 1);
    await complete((await jobs())[0]!);
    await cluster.step(60_500);
    assert.equal((await jobs()).length, 2);
  });

  it('with Replace deletes the previous job', async () => {
    await create({ concurrencyPolicy: 'Replace' });
    await cluster.step(60_500);
    const [first] = await jobs();
    await cluster.step(60_500);
    const now = await jobs();
    assert.equal(now.length, 1);
    assert.notEqual(now[0]?.metadata.uid, first?.metadata.uid);
  });

  it('with @every creates the next job so long after the last was due', async () => {
    await create({ schedule: '@every 1m30s' });
    await cluster.step(89_000);
    assert.equal((await jobs()).length, 0);
    await cluster.step(1_200);
    assert.equal((await jobs()).length, 1);
    await cluster.step(90_000);
    assert.equal((await jobs()).length, 2);
  });

  it('takes up a job that was created before that was noted', async () => {
    await create();
    const { metadata } = await cluster.client.get(CronJob, 'tick', 'default');
    const due = Math.ceil((cluster.clock.now() + 1) / 60_000);
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      name: 'tick',
      uid: metadata.uid!,
      controller: true,
    };
    const job = aJob(`tick-${due}`);
    await cluster.client.create(Job, { ...job, metadata: { ...job.metadata, ownerReferences: [owner] } });
    await cluster.step(60_200);
    const { status } = await cluster.client.get(CronJob, 'tick', 'default');
    assert.deepEqual(
      status?.active?.map(({ name }) => name),
      [`tick-${due}`],
    );
    assert.ok(status?.lastScheduleTime);
  });

  it('starts one job after many were missed, and warns', async () => {
    await create({ suspend: true });
    await cluster.step(101 * 60_000);
    await cluster.client.patch(CronJob, 'tick', 'default', 'merge', { spec: { suspend: false } });
    await cluster.settle();
    assert.equal((await jobs()).length, 1);
    const events = (await cluster.client.list(Event, { namespace: 'default' })).items;
    assert.ok(events.some(({ reason }) => reason === 'TooManyMissedTimes'));
    assert.match(
      cluster.metrics.render(),
      /^cronjob_controller_job_creation_skew_duration_seconds_count 1$/m,
    );
  });

  it('does nothing while suspended', async () => {
    await create({ suspend: true });
    await cluster.step(180_000);
    assert.equal((await jobs()).length, 0);
  });

  it('leaves finished jobs with a TTL to be deleted when it expires', async () => {
    await create({}, { ttlSecondsAfterFinished: 30 });
    await cluster.step(60_500);
    await cluster.client.patch(CronJob, 'tick', 'default', 'merge', { spec: { suspend: true } });
    await complete((await jobs())[0]!);
    await cluster.step(20_000);
    assert.equal((await jobs()).filter((job) => !job.metadata.deletionTimestamp).length, 1);
    await cluster.step(20_000);
    assert.equal((await jobs()).filter((job) => !job.metadata.deletionTimestamp).length, 0);
    const deletions = 'ttl_after_finished_controller_job_deletion_duration_seconds_count 1';
    assert.ok(cluster.metrics.render().includes(deletions));
  });
});
