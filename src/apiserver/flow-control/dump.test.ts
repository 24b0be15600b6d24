import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { flowSchemas, priorityLevels } from '../bootstrap/flow-control.ts';
import { requestInfo } from '../request-info.ts';
import { DUMPS } from './dump.ts';
import { FlowControl } from './flow-control.ts';

const QUERY = new URLSearchParams('includeRequestDetails=1');
const cells = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/,\s*/));

describe('the dumps of priority and fairness', () => {
  let clock: SteppedClock;
  let control: FlowControl;
  beforeEach(() => {
    clock = new SteppedClock();
    const population = { objects: () => 0, watchers: () => 0 };
    control = new FlowControl({ clock, seats: 600, population });
    control.configure(flowSchemas(), priorityLevels());
  });

  /** More requests than there are seats. */
  const press = (name: string) => {
    const user = { name, groups: ['system:authenticated'] };
    const info = requestInfo('GET', '/apis/apps/v1/namespaces/ns/deployments/d', new URLSearchParams());
    const flow = control.flowOf(user, info);
    const work = { seats: 1, lingerMs: 0, isWatch: false };
    const request = { flow, work, user, info, waitLimitMs: 1000, abandoned: () => false };
    for (let i = 0; i < 200; i++)
      if (!control.tryStart(request))
        control.wait(
          request,
          () => {},
          ({ message }) => assert.fail(message),
        );
    return flow.level;
  };

  it('show levels, aligned as upstream', () => {
    const level = press('alice');
    const text = DUMPS.dump_priority_levels(control);
    const [head, ...rows] = text.trimEnd().split('\n');
    assert.match(
      head!,
      /^PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests$/,
    );
    assert.deepEqual(
      rows.map((row) => row.split(',')[0]),
      priorityLevels()
        .map(({ metadata }) => metadata.name)
        .sort(),
    );
    assert.ok(rows.every((row) => row.indexOf(',') < 'PriorityLevelName,'.length));
    const busy = cells(text).find(([name]) => name === 'global-default')!;
    const waiting = 200 - level.executing;
    assert.deepEqual(busy.slice(2, 7), [
      'false',
      'false',
      `${waiting}`,
      `${level.executing}`,
      `${level.executing}`,
    ]);
    assert.ok(waiting > 0 && Number(busy[1]) > 0);
  });

  it('show every queue of a level', () => {
    press('alice');
    const [head, ...rows] = cells(DUMPS.dump_queues(control));
    assert.equal(head![5], 'NextDispatchR');
    const ours = rows.filter(([name]) => name === 'global-default');
    assert.equal(ours.length, 128);
    const pending = ours.reduce((sum, row) => sum + Number(row[2]), 0);
    assert.equal(
      pending,
      200 -
        Number(cells(DUMPS.dump_priority_levels(control)).find(([name]) => name === 'global-default')![5]),
    );
    assert.match(ours[0]![5]!, /^\d+\.\d{8}ss$/);
  });

  it('show requests that wait and that are served; names cannot forge rows', () => {
    const level = press('eve\nexempt,\tforged');
    const [head, ...rows] = cells(DUMPS.dump_requests(control, clock, QUERY));
    assert.deepEqual([head!.length, head![4], head![10]], [18, 'FlowDistingsher', 'UserName']);
    assert.equal(rows.length, 200);
    const running = rows.filter((row) => row[3] === '-1');
    assert.equal(running.length, level.executing);
    const started = new Date(clock.now()).toISOString().replace('.000', '');
    assert.ok(running[0]!.includes(started), running[0]!.join(' '));
    const [waits] = rows.filter((row) => row[3] === '0');
    assert.deepEqual(waits!.slice(0, 2), ['global-default', 'global-default']);
    assert.ok(waits!.includes('0001-01-01T00:00:00Z') && waits!.includes('apps/v1'));
  });
});

describe('/debug/api_priority_and_fairness', () => {
  let server: SimCluster;
  beforeEach(async () => {
    server = await simCluster();
  });

  for (const name of Object.keys(DUMPS))
    it(`serves ${name} as plain text to who may read it`, async () => {
      const path = `/debug/api_priority_and_fairness/${name}`;
      const { status, body, headers } = await server.call('GET', path);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
      assert.match(String(body), /^PriorityLevelName,/);
      const refused = await server.call('GET', path, undefined, { user: { name: 'u', groups: [] } });
      assert.equal(refused.status, 403);
    });
});
