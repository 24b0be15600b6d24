import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../../kit/clock.ts';
import { firstView } from '../keys/views.ts';
import { deployments, kinds, pods, replicaSets, tableOf } from '../testing/scene.fake.ts';
import { countsOf, visibleRows } from './compose.ts';
import { containerRows } from './containers.ts';
import { healthOf } from './health.ts';
import { changedTable, columnsOf, NO_TABLE, rowsOf, type Table } from './rows.ts';
import { numberOf, sorted } from './sort.ts';
import { feedsOf } from './source.ts';
import { treeRows } from './tree.ts';

const table = (rows: Parameters<typeof tableOf>[0], kind = pods): Table => {
  const answer = tableOf(rows);
  const columns = columnsOf(answer);
  return changedTable(NO_TABLE, { type: 'all', columns, rows: rowsOf(answer, kind, columns) });
};
const surroundings = { forwards: [], contexts: [], kinds };
const namesIn = (rows: readonly { ref?: { name: string } }[]) => rows.map(({ ref }) => ref?.name);

describe('health', () => {
  const pod = (STATUS: string, READY: string) => healthOf('pods', (name) => ({ STATUS, READY })[name], false);

  it('is told by what the server shows', () => {
    assert.equal(pod('Running', '2/2'), 'good');
    assert.equal(pod('Running', '1/2'), 'busy');
    assert.equal(pod('CrashLoopBackOff', '0/1'), 'bad');
    assert.equal(pod('ImagePullBackOff', '0/1'), 'bad');
    assert.equal(pod('Init:0/2', '0/1'), 'busy');
    assert.equal(pod('Init:Error', '0/1'), 'bad');
    assert.equal(pod('Completed', '0/1'), 'done');
    assert.equal(
      healthOf('nodes', () => 'NotReady', false),
      'bad',
    );
    assert.equal(
      healthOf('nodes', () => 'Ready,SchedulingDisabled', false),
      'busy',
    );
    assert.equal(
      healthOf('widgets', () => 'True', true),
      'busy',
    );
    assert.equal(
      healthOf('deployments', (name) => (name === 'READY' ? '1/3' : undefined), false),
      'busy',
    );
  });
});

describe('rows', () => {
  it('are sorted by what cells say', () => {
    assert.ok(numberOf('900m') < numberOf('1'));
    assert.ok(numberOf('512Ki') < numberOf('1Mi'));
    assert.ok(numberOf('9') < numberOf('10'));
    assert.ok(numberOf('59s') < numberOf('2m1s'));
    assert.ok(numberOf('23h') < numberOf('2d'));
    assert.ok(numberOf('1/3') < numberOf('2/3'));
    assert.equal(numberOf('3 (2m ago)'), 3);
    assert.ok(Number.isNaN(numberOf('Running')));
    assert.ok(Number.isNaN(numberOf('10.0.0.1.2-x')));
    const { rows, columns } = table([
      { name: 'c', restarts: '10', age: 5 },
      { name: 'a', restarts: '9', age: 500 },
      { name: 'b', restarts: '9', age: 50 },
    ]);
    const by = (column: string, descending = false) =>
      namesIn(sorted([...rows.values()], columns, { column, descending })).join('');
    assert.equal(namesIn(sorted([...rows.values()], columns, undefined)).join(''), 'abc');
    assert.equal(by('RESTARTS'), 'abc');
    assert.equal(by('RESTARTS', true), 'cab');
    assert.equal(by('AGE'), 'cba');
  });

  it('are kept by words, without words, and by labels', () => {
    const tables = {
      pods: table([
        { name: 'web-1', labels: { app: 'web' } },
        { name: 'web-2', labels: { app: 'web' }, status: 'Pending', ready: '0/1' },
        { name: 'db', labels: { app: 'db' } },
      ]),
    };
    const kept = (filter: string, faults = false) => {
      const view = { ...firstView({ type: 'kind', kind: pods, namespace: '' }), tables, filter, faults };
      return namesIn(visibleRows(view, surroundings).rows).join(' ');
    };
    assert.equal(kept('WEB'), 'web-1 web-2');
    assert.equal(kept('web running'), 'web-1');
    assert.equal(kept('!web'), 'db');
    assert.equal(kept('web !pending'), 'web-1');
    assert.equal(kept('-l app in (db)'), 'db');
    assert.equal(kept('-l app=(('), 'db web-1 web-2');
    assert.equal(kept('', true), 'web-2');
    // A pattern that backtracks elsewhere is only a text here.
    assert.equal(kept('(a+)+$'), '');
  });

  it('stay when their changes are told one by one', () => {
    const before = table([{ name: 'a' }, { name: 'b' }]);
    const { columns } = before;
    const put = rowsOf(tableOf([{ name: 'b', status: 'Error' }, { name: 'c' }]), pods, columns);
    const after = changedTable(before, { type: 'some', put, gone: ['uid-a'] });
    assert.deepEqual(
      [...after.rows.values()].map(({ cells }) => `${cells[0]} ${cells[2]}`),
      ['b Error', 'c Running'],
    );
    const lost = changedTable(after, { type: 'state', state: 'lost', problem: 'gone' });
    assert.equal(lost.rows.size, 2);
  });

  it('of an answer without a table are name and age', () => {
    const answer = { kind: 'WidgetList', items: [{ metadata: { name: 'w', uid: 'u' } }] };
    const columns = columnsOf(answer);
    assert.deepEqual(
      rowsOf(answer, pods, columns).map(({ cells, key }) => [cells, key]),
      [[['w', ''], 'u']],
    );
  });

  it('of ten thousand pods are sorted and filtered fast enough to be drawn', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ({ name: `pod-${i}`, restarts: String(i % 7) }));
    const view = {
      ...firstView({ type: 'kind', kind: pods, namespace: '' }),
      tables: { pods: table(many) },
      filter: 'pod-1',
      sort: { column: 'RESTARTS', descending: true },
    };
    const began = systemClock.monotonic();
    assert.equal(visibleRows(view, surroundings).rows.length, 1111);
    const first = systemClock.monotonic() - began;
    assert.ok(first < 500, `${first} ms`);
    assert.equal(visibleRows(view, surroundings), visibleRows({ ...view, at: 3 }, surroundings));
  });
});

describe('pages of several kinds', () => {
  const tables = {
    pods: table([
      { name: 'ok' },
      { name: 'new', status: 'Pending', ready: '0/1' },
      { name: 'broken', status: 'CrashLoopBackOff', ready: '0/1', restarts: '7', owner: 'uid-web-1' },
    ]),
    'deployments.apps': table([{ name: 'web', ready: '0/1', status: '' }], deployments),
    'replicasets.apps': table([{ name: 'web-1', owner: 'uid-web', status: '' }], replicaSets),
  };

  it('show what is wrong first', () => {
    const view = { ...firstView({ type: 'pulse', namespace: '' }), tables };
    const { rows } = visibleRows(view, surroundings);
    assert.deepEqual(namesIn(rows).slice(0, 2), ['broken', 'new']);
    assert.equal(rows[0]!.cells[3], 'CrashLoopBackOff, 0/1 ready, 7 restarts');
    assert.ok(!namesIn(rows).includes('ok'));
    assert.deepEqual(countsOf(tables)[0]!.counts, { good: 1, busy: 1, bad: 1, done: 0, none: 0 });
  });

  it('show who owns whom', () => {
    const rows = treeRows(deployments, tables);
    assert.deepEqual(
      rows.map(({ cells }) => cells[0]),
      ['deployment/default/web', '└─ replicaset/web-1', '   └─ pod/broken'],
    );
    assert.deepEqual(
      feedsOf({ type: 'tree', kind: deployments, namespace: 'x' }, kinds).map(({ key }) => key),
      ['deployments.apps', 'replicasets.apps', 'pods'],
    );
  });
});

describe('containers', () => {
  it('are those of all sorts, with their states', () => {
    const rows = containerRows(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'd', uid: 'u' },
      spec: {
        initContainers: [{ name: 'init' }, { name: 'side', restartPolicy: 'Always' }],
        containers: [{ name: 'main', image: 'i:1', ports: [{ containerPort: 80 }] }],
      },
      status: {
        initContainerStatuses: [
          {
            name: 'init',
            ready: true,
            restartCount: 0,
            image: '',
            imageID: '',
            state: { terminated: { exitCode: 0, reason: 'Completed' } },
          },
        ],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            restartCount: 3,
            image: '',
            imageID: '',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
          },
        ],
      },
    });
    assert.deepEqual(
      rows.map(({ cells, health }) => `${cells[0]} ${cells[2]} ${cells[4]} ${health}`),
      ['init Completed init done', 'side Waiting sidecar busy', 'main CrashLoopBackOff container bad'],
    );
  });
});
