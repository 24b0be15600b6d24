// Plugins that an administrator wrote, in a running scheduler: what they decide, what their mistakes do, and their replacement.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type Logger, silentLogger } from '../../kit/log.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { NodeInfo } from '../cache/node-info.ts';
import { podInfo } from '../cache/pod-info.ts';
import { readSchedulerConfiguration } from '../config/read.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { Status } from '../framework/status.ts';
import { RunningScheduler } from '../testing/running-scheduler.fake.ts';
import { guarded, watcherWith } from './guarded.ts';
import { type PluginRegistry, registryOf, type UserPlugin } from './registry.ts';

const OK: Status = { code: 'Success', reasons: [] };
const no = (...reasons: string[]): Status => ({ code: 'Unschedulable', reasons });

describe('user plugins', () => {
  let running: RunningScheduler;
  const warnings: string[] = [];
  afterEach(async () => {
    warnings.length = 0;
    await running.stop();
  });

  async function start(userPlugins: PluginRegistry, args: object = {}): Promise<void> {
    const profile = {
      plugins: { multiPoint: { enabled: Object.keys(userPlugins).map((name) => ({ name, weight: 50 })) } },
      pluginConfig: [{ name: 'Mine', args }],
    };
    const head = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration' };
    const settings = readSchedulerConfiguration(JSON.stringify({ ...head, profiles: [profile] }));
    const log: Logger = {
      ...silentLogger,
      warn: (message, fields) => warnings.push(`${message} ${JSON.stringify(fields)}`),
      child: () => log,
    };
    running = new RunningScheduler({ settings, userPlugins, log });
    await running.start();
    for (const name of ['a', 'b']) await running.addNode(name, '4');
  }

  const mine = (own: Omit<UserPlugin, 'name'>): PluginRegistry => ({
    Mine: () => ({ name: 'Mine', ...own }),
  });

  it('filter and score with their arguments, and know the nodes', async () => {
    await start(
      {
        Mine: ({ args, nodes }) => ({
          name: 'Mine',
          filter: (_state, _pod, { name }) =>
            nodes.list().length === 2 && name === (args as { not: string }).not ? no('not there') : OK,
        }),
        Spread: () => ({
          name: 'Spread',
          score: (_state, _pod, { name }) => (name === 'b' ? 100 : 0),
          weight: 1,
        }),
      },
      { not: 'b' },
    );
    await running.addPod('p', '1');
    assert.equal(await running.nodeOf('p'), 'a');
    running.scheduler.replacePlugins({
      ...mine({}),
      Spread: () => ({ name: 'Spread', weight: 1, score: (_s, _p, { name }) => (name === 'b' ? 100 : 0) }),
    });
    await running.addPod('q', '1');
    assert.equal(await running.nodeOf('q'), 'b');
  });

  it('a pod that waits is tried again with the new version', async () => {
    await start(mine({ filter: () => no('closed'), mayFitAfter: () => false }));
    await running.addPod('p', '1');
    assert.match((await running.scheduled('p'))?.message ?? '', /2 closed/);
    running.scheduler.replacePlugins(mine({ filter: () => OK }));
    await running.cluster.step(1_000);
    assert.ok(await running.nodeOf('p'));
  });

  it('a pod that it keeps out is let in by the new version', async () => {
    await start(mine({ preEnqueue: () => no('closed') }));
    await running.addPod('p', '1');
    assert.equal(await running.nodeOf('p'), undefined);
    running.scheduler.replacePlugins(mine({ preEnqueue: () => OK }));
    await running.cluster.settle();
    assert.ok(await running.nodeOf('p'));
  });

  it('a version that does not have what the profile enables changes nothing', async () => {
    await start(mine({ filter: () => no('closed') }));
    assert.throws(() => running.scheduler.replacePlugins({}), /MultiPoint plugin "Mine" does not exist/);
    await running.addPod('p', '1');
    assert.match((await running.scheduled('p'))?.message ?? '', /2 closed/);
  });

  it('takes no name that is taken', async () => {
    await start({});
    const taken: PluginRegistry = { NodeName: () => ({ name: 'NodeName' }) };
    assert.throws(() => running.scheduler.replacePlugins(taken), /a plugin named NodeName already exists/);
  });

  const broken: [string, Omit<UserPlugin, 'name'>, RegExp][] = [
    [
      'what it throws',
      { filter: (_state, { key }) => (key.endsWith('/bad') ? assert.fail('ouch') : OK) },
      /^running "Mine" filter plugin: ouch$/,
    ],
    [
      'an answer that is no status',
      { filter: (_state, { key }) => (key.endsWith('/bad') ? JSON.parse('{}') : OK) },
      /filter did not answer with a status$/,
    ],
    [
      'a promise',
      {
        reserve: (_state, { key }) => (key.endsWith('/bad') ? Object.assign(Promise.resolve(OK), OK) : OK),
        unreserve: () => assert.fail('x'),
      },
      /reserve answered with a promise: only preBind and bind may wait$/,
    ],
    [
      'a score out of range',
      { weight: 1, score: (_state, { key }) => (key.endsWith('/bad') ? Number.NaN : 1) },
      /invalid score NaN/,
    ],
    [
      'a rejection of preBind',
      { preBind: async (_state, { key }) => (key.endsWith('/bad') ? assert.fail('ouch') : OK) },
      /^running PreBind plugin "Mine": ouch$/,
    ],
  ];
  for (const [what, own, message] of broken)
    it(`${what} is an error of that pod only`, async () => {
      await start(mine(own));
      await running.addPod('bad', '1');
      await running.addPod('good', '1');
      assert.match((await running.scheduled('bad'))?.message ?? '', message);
      assert.equal((await running.scheduled('bad'))?.reason, 'SchedulerError');
      assert.ok(await running.nodeOf('good'));
    });

  it('what it throws where no pod can show it is in the log, now and then', async () => {
    await start(mine({ postBind: () => assert.fail('ouch') }));
    for (const name of ['p', 'q']) {
      await running.addPod(name, '1');
      assert.ok(await running.nodeOf(name));
    }
    assert.deepEqual(warnings.filter((line) => line.startsWith('a scheduler plugin failed')).length, 1);
    assert.match(warnings.join(), /"plugin":"Mine","point":"postBind"/);
  });

  it('one that keeps a pod waiting can let it go', async () => {
    const registry: PluginRegistry = {
      Mine: ({ waitingPods }) => ({
        name: 'Mine',
        permit(_state, pod) {
          if (pod.key.endsWith('/first')) return { status: { code: 'Wait', reasons: [] }, timeoutMs: 60_000 };
          for (const waiting of waitingPods.list()) waiting.allow('Mine');
          return { status: OK };
        },
      }),
    };
    await start(registry);
    await running.addPod('first', '1');
    assert.equal(await running.nodeOf('first'), undefined);
    await running.addPod('second', '1');
    await running.cluster.settle();
    assert.ok(await running.nodeOf('first'));
    assert.equal((await running.cluster.client.list(Pod, {})).items.length, 2);
  });
});

it('a call that takes long is reported by its name, once in a while', async () => {
  const clock = new SteppedClock();
  const lines: string[] = [];
  const log = {
    ...silentLogger,
    warn: (message: string, about?: object) => lines.push(message + JSON.stringify(about)),
  };
  const watcher = watcherWith({ clock, log });
  let now = 0;
  const slow = {
    ...{ name: 'Mine', preScore: () => OK },
    filter() {
      now += 51;
      return OK;
    },
  };
  const plugin = guarded('Mine', slow, { ...watcher, monotonic: () => now });
  const [state, node, pod] = [new CycleState(), NodeInfo.of(aNode('a', {})), podInfo(aPod('p'))];
  plugin.filter?.(state, pod, node);
  plugin.filter?.(state, pod, node);
  plugin.preScore?.(state, pod, [node]);
  const line = 'a scheduler plugin held everything up{"plugin":"Mine","point":"filter","milliseconds":51}';
  assert.deepEqual(lines, [line]);
  await clock.step(10_000);
  plugin.filter?.(state, pod, node);
  assert.deepEqual(lines, [line, line]);
});

describe('what a file exports', () => {
  it('is an object of functions', () => {
    assert.throws(() => registryOf({}), /does not export an object named "plugins"/);
    assert.throws(
      () => registryOf({ plugins: { X: { name: 'X' } } }),
      /plugin "X" is not a function that makes it/,
    );
    assert.deepEqual(Object.keys(registryOf({ plugins: { X: () => ({ name: 'X' }) } })), ['X']);
  });
});
