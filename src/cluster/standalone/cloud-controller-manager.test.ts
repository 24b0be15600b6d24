import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UserError } from '../progress.ts';
import {
  type CloudControllerManagerFlags,
  cloudSettings,
  runCloudControllerManager,
} from './cloud-controller-manager.ts';

const flags: CloudControllerManagerFlags = {
  ...{ kubeconfig: '/nowhere', logLevel: 'error', bindAddress: '127.0.0.1', securePort: 0 },
  ...{ leaderElect: false, leaderElectResourceName: 'x', leaderElectResourceNamespace: 'kube-system' },
  ...{ cloudProvider: 'http', clusterName: 'kubernetes', controllers: ['*'] },
  ...{ allocateNodeCidrs: false, configureCloudRoutes: true },
  ...{ concurrentNodeSyncs: 1, concurrentServiceSyncs: 1 },
  ...{ nodeStatusUpdateFrequency: 300_000, nodeMonitorPeriod: 5_000, routeReconciliationPeriod: 10_000 },
};

it('routes are made only where nodes get ranges of pod addresses, and are wanted', () => {
  const cidrs = { allocateNodeCidrs: true, clusterCidr: '10.128.0.0/16,fd00::/56' };
  assert.equal(cloudSettings(flags).routeRanges, undefined);
  assert.equal(cloudSettings({ ...flags, ...cidrs }).routeRanges?.length, 2);
  assert.equal(cloudSettings({ ...flags, ...cidrs, configureCloudRoutes: false }).routeRanges, undefined);
  for (const clusterCidr of ['', '10.128.0.0', '10.0.0.0/8,,', '10.0.0.0/8,10.1.0.0/16,fd00::/56'])
    assert.throws(() => cloudSettings({ ...flags, ...cidrs, clusterCidr }), UserError, clusterCidr);
});

it('controllers are chosen by name', () => {
  const only = cloudSettings({ ...flags, controllers: ['*', '-node-route-controller'] }).only;
  assert.ok(only?.includes('service-lb-controller') && !only.includes('node-route-controller'));
  assert.throws(() => cloudSettings({ ...flags, controllers: ['cloud'] }), /there is no controller cloud/);
});

it('what is wrong with provider and file is told before anything begins', () => {
  const run = (more: Partial<CloudControllerManagerFlags>) => () =>
    runCloudControllerManager({ ...flags, ...more });
  assert.throws(run({ cloudProvider: 'aws' }), /--cloud-provider aws: use http/);
  assert.throws(run({}), /needs --cloud-config/);
  assert.throws(run({ cloudConfig: '/nowhere/cloud.yaml' }), /--cloud-config \/nowhere\/cloud\.yaml: ENOENT/);
});
