import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from './feature-gates.ts';
import { DEPENDENCIES, GATES } from './gates.ts';

test('without a flag every gate has its default, and all that a gate depends on is on', () => {
  const gates = new FeatureGates();
  assert.equal(gates.enabled('ComponentStatusz'), true);
  assert.equal(gates.enabled('CBORServingAndStorage'), false);
  assert.equal(gates.enabled('AnyVolumeDataSource'), true);
  assert.equal(`${gates}`, '');
  assert.throws(() => gates.enabled('NoSuchGate'), { message: 'feature "NoSuchGate" is not registered' });
});

test('every name in the table is there once, and dependencies are known', () => {
  const names = GATES.flatMap((group) => group.names.trim().split(/\s+/));
  assert.equal(new Set(names).size, names.length);
  assert.equal(names.length, 230);
  const known = new Set(names);
  for (const [name, needed] of Object.entries(DEPENDENCIES))
    for (const one of [name, ...needed]) assert.ok(known.has(one), one);
});

test('what the flag says is wrong in upstream’s words', () => {
  const refused = (flag: string, message: string) => assert.throws(() => new FeatureGates(flag), { message });
  refused('NoSuchGate=true', 'unrecognized feature gate: NoSuchGate');
  refused('__proto__=true', 'unrecognized feature gate: __proto__');
  refused('ComponentStatusz', 'missing bool value for ComponentStatusz');
  refused(
    'ComponentStatusz=maybe',
    'invalid value of ComponentStatusz=maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax',
  );
  refused(
    'AnyVolumeDataSource=false',
    'cannot set feature gate AnyVolumeDataSource to false, feature is locked to true',
  );
  refused('A=true,B=false', '[unrecognized feature gate: A, unrecognized feature gate: B]');
  refused(
    'GangScheduling=true',
    'GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]',
  );
});

test('AllAlpha and AllBeta switch the gates of their stage that are not named', () => {
  const alpha = new FeatureGates('AllAlpha=true,CBORServingAndStorage=0');
  assert.equal(alpha.enabled('EventedPLEG'), true);
  assert.equal(alpha.enabled('CBORServingAndStorage'), false);
  assert.equal(alpha.enabled('ClusterTrustBundle'), false);
  const beta = new FeatureGates('AllBeta=false,ComponentStatusz=T, ComponentFlagz = true');
  assert.deepEqual([beta.enabled('ComponentStatusz'), beta.enabled('ComponentFlagz')], [true, true]);
  assert.equal(beta.enabled('APIResponseCompression'), false);
  assert.equal(`${beta}`, 'AllBeta=false,ComponentFlagz=true,ComponentStatusz=true');
});

test('gates that change nothing are named, and all are in the metric', () => {
  const gates = new FeatureGates('APIResponseCompression=false,EventedPLEG=true,CPUCFSQuotaPeriod=true');
  assert.deepEqual(gates.withoutEffect(), ['EventedPLEG']);
  const text = gates.metrics();
  assert.match(text, /^# TYPE kubernetes_feature_enabled gauge$/m);
  assert.match(text, /^kubernetes_feature_enabled\{name="APIResponseCompression",stage="BETA"\} 0$/m);
  assert.match(text, /^kubernetes_feature_enabled\{name="AnyVolumeDataSource",stage=""\} 1$/m);
});
