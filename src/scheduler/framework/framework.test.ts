import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { NodeInfo } from '../cache/node-info.ts';
import { podInfo } from '../cache/pod-info.ts';
import { prioritySort } from '../plugins/priority-sort.ts';
import { cacheOf } from '../testing/cache.fake.ts';
import { aNode, aPod } from '../testing/objects.fake.ts';
import { CycleState, type StateKey } from './cycle-state.ts';
import { Framework } from './framework.ts';
import type { FilterPlugin, PreFilterPlugin, Profile } from './plugin.ts';
import { SKIP, type Status, SUCCESS, unresolvable, unschedulable } from './status.ts';

const pod = podInfo(aPod());
const [node = new NodeInfo('')] = cacheOf([aNode('a')]).list();

/** A framework of the named plugins only. */
const frameworkOf = (plugins: Partial<Profile>, clock = new SteppedClock()) =>
  new Framework(
    {
      queueSort: prioritySort,
      preEnqueue: [],
      preFilter: [],
      filter: [],
      postFilter: [],
      preScore: [],
      score: [],
      reserve: [],
      permit: [],
      preBind: [],
      bind: [],
      postBind: [],
      ...plugins,
    },
    clock,
  );

const preFilter = (name: string, status: Status, ...nodeNames: string[]): PreFilterPlugin => ({
  name,
  preFilter: () => ({ status, ...(nodeNames.length > 0 && { nodeNames: new Set(nodeNames) }) }),
});

const filter = (name: string, status: Status): FilterPlugin => ({ name, filter: () => status });

const fail = (): never => {
  throw new Error('broken');
};

const nowhere = { nodes: 0, verdicts: [] };

/** The answer of Filter after PreFilter. */
function filterStatus(framework: Framework): Status {
  const state = new CycleState();
  assert.equal(framework.runPreFilterPlugins(state, pod).status.code, 'Success');
  return framework.runFilterPlugins(state, pod, node);
}

describe('PreEnqueue', () => {
  it('gates a pod with the first status that is not Success, and names the plugin', () => {
    const gate = { name: 'Gate', preEnqueue: () => unresolvable('not yet') };
    const { code, plugin } = frameworkOf({ preEnqueue: [gate] }).runPreEnqueuePlugins(pod);
    assert.deepEqual([code, plugin], ['UnschedulableAndUnresolvable', 'Gate']);
  });
});

describe('PreFilter', () => {
  const run = (...plugins: PreFilterPlugin[]) =>
    frameworkOf({ preFilter: plugins }).runPreFilterPlugins(new CycleState(), pod);

  it('leaves only the nodes that all plugins name', () => {
    const { nodeNames, plugins } = run(
      preFilter('A', SUCCESS, 'a', 'b'),
      preFilter('B', SUCCESS),
      preFilter('C', SUCCESS, 'b', 'c'),
    );
    assert.deepEqual([...(nodeNames ?? [])], ['b']);
    assert.deepEqual(plugins, ['A', 'C']);
  });

  it('rejects the pod when no node is left', () => {
    const { status } = run(preFilter('A', SUCCESS, 'a'), preFilter('C', SUCCESS, 'c'));
    assert.equal(status.code, 'UnschedulableAndUnresolvable');
    assert.deepEqual(status.reasons, ["node(s) didn't satisfy plugin(s) [A C] simultaneously"]);
  });

  it('lets a plugin that finds nothing helps overrule one that hopes for other pods to go', () => {
    const { status } = run(
      preFilter('Hopes', unschedulable('full')),
      preFilter('Despairs', unresolvable('no')),
    );
    assert.deepEqual([status.code, status.plugin], ['UnschedulableAndUnresolvable', 'Despairs']);
    const hopeful = run(preFilter('Hopes', unschedulable('full')), preFilter('B', SUCCESS)).status;
    assert.deepEqual([hopeful.code, hopeful.plugin], ['Unschedulable', 'Hopes']);
  });

  it('turns what a plugin throws into an Error that names plugin and extension point', () => {
    const { status } = run({ name: 'A', preFilter: fail });
    assert.deepEqual([status.code, status.reasons], ['Error', ['running PreFilter plugin "A": broken']]);
  });

  it('skips the Filter and the extensions of a plugin that answers Skip', () => {
    const calls: string[] = [];
    const plugin = {
      ...preFilter('A', SKIP),
      filter: () => unschedulable('never asked'),
      preFilterExtensions: {
        addPod: () => {
          calls.push('add');
          return SUCCESS;
        },
        removePod: () => SUCCESS,
      },
    };
    const framework = frameworkOf({ preFilter: [plugin], filter: [plugin] });
    const state = new CycleState();
    framework.runPreFilterPlugins(state, pod);
    assert.equal(framework.runFilterPlugins(state, pod, node).code, 'Success');
    framework.runPreFilterExtensionAddPod(state, pod, pod, node);
    assert.deepEqual(calls, []);
  });
});

describe('Filter', () => {
  it('answers with the first plugin that is not satisfied', () => {
    const status = filterStatus(
      frameworkOf({
        filter: [filter('A', SUCCESS), filter('B', unschedulable('full')), filter('C', unresolvable('no'))],
      }),
    );
    assert.deepEqual([status.code, status.plugin, status.reasons], ['Unschedulable', 'B', ['full']]);
  });

  it('ends in an Error when a plugin throws or answers what Filter cannot answer', () => {
    const thrown = filterStatus(frameworkOf({ filter: [{ name: 'A', filter: fail }] }));
    assert.deepEqual([thrown.code, thrown.reasons], ['Error', ['running "A" filter plugin: broken']]);
    assert.equal(filterStatus(frameworkOf({ filter: [filter('A', SKIP)] })).code, 'Error');
  });
});

describe('PostFilter', () => {
  /** Pods per node; a node takes two. */
  const key: StateKey<{ pods: number }> = { name: 'Two', clone: ({ pods }) => ({ pods }) };
  const two: PreFilterPlugin & FilterPlugin = {
    name: 'Two',
    preFilter(state) {
      state.write(key, { pods: 2 });
      return { status: SUCCESS };
    },
    preFilterExtensions: {
      addPod(state) {
        state.read(key).pods++;
        return SUCCESS;
      },
      removePod(state) {
        state.read(key).pods--;
        return SUCCESS;
      },
    },
    filter: (state) => (state.read(key).pods < 2 ? SUCCESS : unschedulable('two already')),
  };

  it('can try a node without one of its pods, and leaves the state of the cycle as it was', () => {
    const framework: Framework = frameworkOf({
      preFilter: [two],
      filter: [two],
      postFilter: [
        {
          name: 'Preempts',
          postFilter(state, incoming, { verdicts }, trials) {
            const tried = state.clone();
            trials.runPreFilterExtensionRemovePod(tried, incoming, podInfo(aPod()), node);
            const { code } = trials.runFilterPluginsWithNominatedPods(tried, incoming, node);
            const status = code === 'Success' ? SUCCESS : unschedulable();
            return { status, nominatedNode: verdicts[0]!.node };
          },
        },
      ],
    });
    const state = new CycleState();
    framework.runPreFilterPlugins(state, pod);
    const status = framework.runFilterPlugins(state, pod, node);
    const result = framework.runPostFilterPlugins(state, pod, {
      nodes: 1,
      verdicts: [{ node: 'a', status }],
    });
    assert.deepEqual([result.status.code, result.nominatedNode], ['Success', 'a']);
    assert.equal(framework.runFilterPlugins(state, pod, node).code, 'Unschedulable');
  });

  it('asks the next plugin until one succeeds, and gathers the reasons of those that do not', () => {
    const asked: string[] = [];
    const plugin = (name: string, status: Status) => ({
      name,
      postFilter: () => {
        asked.push(name);
        return { status };
      },
    });
    const none = frameworkOf({
      postFilter: [plugin('A', unschedulable('a')), plugin('B', unschedulable('b'))],
    }).runPostFilterPlugins(new CycleState(), pod, nowhere);
    assert.deepEqual([none.status.code, none.status.reasons], ['Unschedulable', ['a', 'b']]);
    const some = frameworkOf({ postFilter: [plugin('C', SUCCESS), plugin('D', SUCCESS)] });
    assert.equal(some.runPostFilterPlugins(new CycleState(), pod, nowhere).status.code, 'Success');
    assert.deepEqual(asked, ['A', 'B', 'C']);
  });
});

describe('Score', () => {
  const score = (name: string, value: number, weight = 1) => ({ name, weight, score: () => value });

  it('adds up weighted scores, without those whose PreScore answers Skip', () => {
    const skipped = { ...score('B', 50), preScore: () => SKIP };
    const framework = frameworkOf({ preScore: [skipped], score: [score('A', 10, 3), skipped] });
    const state = new CycleState();
    framework.runPreScorePlugins(state, pod, [node]);
    assert.deepEqual(framework.runScorePlugins(state, pod, [node]).totals, [30]);
  });

  it('refuses a score outside 0 to 100', () => {
    const framework = frameworkOf({ score: [score('A', 101)] });
    const state = new CycleState();
    framework.runPreScorePlugins(state, pod, [node]);
    const { status } = framework.runScorePlugins(state, pod, [node]);
    assert.deepEqual(status.reasons, [
      'plugin "A" returns an invalid score 101, it should in the range of [0, 100] after normalizing',
    ]);
  });
});

describe('Reserve', () => {
  it('undoes reservations in reverse order', () => {
    const calls: string[] = [];
    const plugin = (name: string) => ({
      name,
      reserve: () => SUCCESS,
      unreserve: () => void calls.push(name),
    });
    frameworkOf({ reserve: [plugin('A'), plugin('B')] }).runReservePluginsUnreserve(
      new CycleState(),
      pod,
      'a',
    );
    assert.deepEqual(calls, ['B', 'A']);
  });
});

describe('Permit', () => {
  const wait = (name: string, timeoutMs: number) => ({
    name,
    permit: () => ({ status: { code: 'Wait', reasons: [] } as const, timeoutMs }),
  });
  const waiting = (clock = new SteppedClock()) => {
    const framework = frameworkOf({ permit: [wait('A', 10_000), wait('B', 90_000)] }, clock);
    assert.equal(framework.runPermitPlugins(new CycleState(), pod, 'a').code, 'Wait');
    return framework;
  };

  it('lets a waiting pod go on when every plugin that asked to wait allows it', async () => {
    const framework = waiting();
    const decision = framework.waitOnPermit(pod);
    const found = framework.waitingPods.get(pod.uid);
    found?.allow('A');
    assert.deepEqual(found?.pendingPlugins, ['B']);
    found?.allow('B');
    assert.equal((await decision).code, 'Success');
    assert.equal(framework.waitingPods.get(pod.uid), undefined);
  });

  it('rejects it when one plugin does', async () => {
    const framework = waiting();
    framework.waitingPods.get(pod.uid)?.reject('B', 'no quorum');
    const { code, plugin, reasons } = await framework.waitOnPermit(pod);
    assert.deepEqual([code, plugin, reasons], ['Unschedulable', 'B', ['no quorum']]);
  });

  it('rejects it when the time of one plugin is over', async () => {
    const clock = new SteppedClock();
    const framework = waiting(clock);
    await clock.step(9_999);
    assert.equal(framework.waitingPods.get(pod.uid)?.pendingPlugins.length, 2);
    await clock.step(1);
    const { reasons } = await framework.waitOnPermit(pod);
    assert.deepEqual(reasons, ['rejected due to timeout after waiting 10s at plugin A']);
  });

  it('rejects at once when one plugin rejects, although another asks to wait', () => {
    const denies = { name: 'Denies', permit: () => ({ status: unschedulable('no') }) };
    const framework = frameworkOf({ permit: [wait('A', 1_000), denies] });
    assert.equal(framework.runPermitPlugins(new CycleState(), pod, 'a').plugin, 'Denies');
    assert.equal(framework.waitingPods.list().length, 0);
  });
});

describe('Bind', () => {
  const bind = (name: string, status: Status, calls: string[]) => ({
    name,
    bind: async () => {
      calls.push(name);
      return status;
    },
  });

  it('leaves the pod to the next plugin on Skip, and asks no more once it is bound', async () => {
    const calls: string[] = [];
    const framework = frameworkOf({
      bind: [bind('A', SKIP, calls), bind('B', SUCCESS, calls), bind('C', SUCCESS, calls)],
    });
    assert.equal((await framework.runBindPlugins(new CycleState(), pod, 'a')).code, 'Success');
    assert.deepEqual(calls, ['A', 'B']);
    assert.equal((await frameworkOf({}).runBindPlugins(new CycleState(), pod, 'a')).code, 'Skip');
  });

  it('says which plugin failed', async () => {
    const framework = frameworkOf({ bind: [{ name: 'A', bind: async () => fail() }] });
    const { code, reasons } = await framework.runBindPlugins(new CycleState(), pod, 'a');
    assert.deepEqual([code, reasons], ['Error', ['running Bind plugin "A": broken']]);
  });
});
