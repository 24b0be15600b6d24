import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClusterOptions, optionProblem } from './options.ts';

const options: ClusterOptions = {
  name: 'dev',
  nodes: 2,
  isolated: false,
  host: false,
  podNetwork: 'auto',
  cni: 'bridge',
  seccompDefault: false,
  families: ['IPv4'],
  dataDir: '/data',
  apiPort: 0,
  kubeconfig: undefined,
  logLevel: 'info',
  without: [],
  storage: {},
  encrypt: false,
  simulatedNodes: { count: 0 },
  loadBalancerPool: [],
};

test('a pool is of ranges, and of a cluster whose nodes announce it', () => {
  const problem = (more: Partial<ClusterOptions>) =>
    optionProblem({ ...options, loadBalancerPool: ['192.0.2.0/24', '2001:db8::1-2001:db8::9'], ...more });
  assert.equal(problem({}), undefined);
  assert.match(
    problem({ loadBalancerPool: ['192.0.2.9-1'] }) ?? '',
    /^--load-balancer-pool: "192\.0\.2\.9-1" is no range/,
  );
  assert.match(problem({ nodes: 0 }) ?? '', /^--load-balancer-pool: nodes announce these addresses/);
  assert.match(
    problem({ without: ['cloud-controller-manager'] }) ?? '',
    /leave out --without cloud-controller-manager/,
  );
  assert.equal(problem({ loadBalancerPool: [], nodes: 0 }), undefined);
});
