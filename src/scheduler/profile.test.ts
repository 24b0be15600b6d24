import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mergedPlugins } from './config/plugin-sets.ts';
import type { Plugins } from './config/schema.ts';
import { DEFAULT_PROFILE } from './config/settings.ts';
import type { Profile } from './framework/plugin.ts';
import { defaultProfile, profileOf } from './profile.ts';
import { cacheOf } from './testing/cache.fake.ts';
import { sourcesOf } from './testing/sources.fake.ts';

const sources = sourcesOf(cacheOf([]));
const made = (plugins: Plugins) =>
  profileOf(sources, { ...DEFAULT_PROFILE, plugins: mergedPlugins(plugins) });
const names = (plugins: readonly { readonly name: string }[]) => plugins.map(({ name }) => name);
const scores = ({ score }: Profile) => Object.fromEntries(score.map(({ name, weight }) => [name, weight]));

it('the default profile has upstream’s plugins in their order, with their weights', () => {
  const profile = defaultProfile(sources);
  assert.deepEqual(names(profile.preEnqueue), ['SchedulingGates', 'DynamicResources', 'DefaultPreemption']);
  assert.deepEqual(names(profile.filter), [
    ...['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts'],
    ...['NodeResourcesFit', 'VolumeRestrictions', 'NodeVolumeLimits', 'VolumeBinding', 'VolumeZone'],
    ...['PodTopologySpread', 'InterPodAffinity', 'DynamicResources'],
  ]);
  assert.deepEqual(names(profile.postFilter), ['DynamicResources', 'DefaultPreemption']);
  assert.deepEqual(scores(profile), {
    ...{ TaintToleration: 3, NodeAffinity: 2, NodeResourcesFit: 1, PodTopologySpread: 2 },
    ...{ VolumeBinding: 1, InterPodAffinity: 2, DynamicResources: 2, NodeResourcesBalancedAllocation: 1 },
    ImageLocality: 1,
  });
  assert.deepEqual(names(profile.bind), ['DefaultBinder']);
});

describe('a profile', () => {
  it('leaves out what it disables, everywhere or at one point', () => {
    const profile = made({
      multiPoint: { disabled: [{ name: 'DefaultPreemption' }] },
      score: { disabled: [{ name: 'ImageLocality' }, { name: 'NodeResourcesFit' }] },
    });
    assert.deepEqual(
      [names(profile.postFilter), names(profile.preEnqueue)],
      [['DynamicResources'], ['SchedulingGates', 'DynamicResources']],
    );
    assert.equal('NodeResourcesFit' in scores(profile), false);
    assert.ok(names(profile.filter).includes('NodeResourcesFit'));
  });

  it('has only what it enables after it has disabled all', () => {
    const profile = made({
      score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit', weight: 5 }] },
      filter: { disabled: [{ name: '*' }] },
    });
    assert.deepEqual([scores(profile), names(profile.filter)], [{ NodeResourcesFit: 5 }, []]);
  });

  it('gives weights, and lets plugins that it names at a point run first there', () => {
    const profile = made({
      multiPoint: { enabled: [{ name: 'TaintToleration', weight: 9 }] },
      filter: { enabled: [{ name: 'NodePorts' }] },
    });
    assert.equal(scores(profile).TaintToleration, 9);
    assert.equal(profile.filter[0]?.name, 'NodePorts');
    assert.equal(names(profile.filter).filter((name) => name === 'NodePorts').length, 1);
  });

  it('skips a plugin’s Score by its PreScore, whatever weight it has', () => {
    const profile = made({ score: { enabled: [{ name: 'NodeAffinity', weight: 7 }] } });
    const find = (plugins: readonly { readonly name: string }[]) =>
      plugins.find(({ name }) => name === 'NodeAffinity');
    assert.equal(find(profile.preScore), find(profile.score));
  });

  it('may name plugins of upstream that do not exist here', () => {
    const profile = made({ multiPoint: { enabled: [{ name: 'DynamicResources' }] } });
    assert.deepEqual(names(profile.filter), names(defaultProfile(sources).filter));
  });

  const refused: readonly (readonly [plugins: Plugins, message: string])[] = [
    [{ filter: { enabled: [{ name: 'Nope' }] } }, 'filter plugin "Nope" does not exist'],
    [{ multiPoint: { enabled: [{ name: 'Nope' }] } }, 'MultiPoint plugin "Nope" does not exist'],
    [{ permit: { enabled: [{ name: 'NodePorts' }] } }, 'plugin "NodePorts" does not extend permit plugin'],
    [
      { queueSort: { disabled: [{ name: '*' }] } },
      'only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 0',
    ],
    [
      { bind: { disabled: [{ name: 'DefaultBinder' }] } },
      'at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
    ],
  ];
  for (const [plugins, message] of refused)
    it(`is refused: ${message}`, () => assert.throws(() => made(plugins), { message }));
});
