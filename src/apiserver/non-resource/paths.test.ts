import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { simCluster } from '../../sim/cluster.ts';

test('/version has every field of upstream’s, as parsers expect them', async () => {
  const { call } = await simCluster();
  const { body } = await call('GET', '/version');
  assert.match(body.gitVersion, /^v1\.36\.\d+\+tiphys$/);
  assert.ok(!Number.isNaN(Date.parse(body.buildDate)));
  assert.match(body.gitCommit, /^([0-9a-f]{40})?$/);
  assert.match(body.platform, /^linux\/\w+$/);
  assert.deepEqual(
    [body.major, body.minor, body.emulationMajor, body.emulationMinor, body.minCompatibilityMinor],
    ['1', '36', '1', '36', '35'],
  );
  for (const field of ['gitTreeState', 'goVersion', 'compiler', 'minCompatibilityMajor'])
    assert.equal(typeof body[field], 'string', field);
});

test('/flagz and /statusz are served, and the gates are in the metrics', async () => {
  const features = new FeatureGates('APIResponseCompression=false');
  const { call } = await simCluster({ apiServer: { features, flags: { 'secure-port': '6443' } } });
  assert.match((await call('GET', '/flagz')).body, /^secure-port=6443$/m);
  assert.match((await call('GET', '/statusz')).body, /^kube-apiserver statusz$/m);
  const { body } = await call('GET', '/metrics');
  assert.match(body, /^kubernetes_feature_enabled\{name="APIResponseCompression",stage="BETA"\} 0$/m);
});
