// What a ValidatingAdmissionPolicy with ten rules adds to a write: processor time of a POST through the whole API server, without
// sockets, with and without the policy. The limit is 0.3 ms.
import { create } from '../src/sim/api-calls.ts';
import { simCluster } from '../src/sim/cluster.ts';
import { figure } from './support/figure.ts';

const WRITES = 2_000;
const GROUP = 'admissionregistration.k8s.io';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

const expression = (most: number) =>
  `object.metadata.name.startsWith('c') && object.data.all(k, k.matches('^[a-z]+$') && object.data[k].size() < ${most})`;
const policy = {
  apiVersion: `${GROUP}/v1`,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'ten' },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] },
      ],
    },
    validations: Array.from({ length: 10 }, (_, i) => ({ expression: expression(100 + i) })),
  },
};
const binding = {
  apiVersion: `${GROUP}/v1`,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'ten' },
  spec: { policyName: 'ten', validationActions: ['Deny'] },
};

const cluster = await simCluster();

/** Milliseconds of processor time of one write. */
async function costOfWrite(round: string): Promise<number> {
  const from = process.cpuUsage();
  for (let i = 0; i < WRITES; i++) {
    const metadata = { name: `c-${round}-${i}` };
    await create(cluster, CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: 'x', b: 'y' },
    });
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000 / WRITES;
}

await costOfWrite('warm-up');
const without = await costOfWrite('without');
await create(cluster, `/apis/${GROUP}/v1/validatingadmissionpolicies`, policy);
await create(cluster, `/apis/${GROUP}/v1/validatingadmissionpolicybindings`, binding);
await costOfWrite('warm-up-with');
const withPolicy = await costOfWrite('with');
figure('policies.write_ms', without, 'ms');
figure('policies.ten_rules_ms', withPolicy - without, 'ms');
await cluster.stop();
