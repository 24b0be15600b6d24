// 1,000 pods of one node under 100 policies, in a network namespace of its own (needs root): how long the first program takes, and
// how long one change takes from the event to the kernel, and holds up the process. Limits: 1 s for all, 50 ms for a change.
import type { Pod } from '../../src/api/kinds/core/v1/pod.ts';
import type { NetworkPolicy, NetworkPolicySpec } from '../../src/api/kinds/networking/v1/network-policy.ts';
import { compile } from '../../src/api/network-policies/compile.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec } from '../../src/kit/exec.ts';
import { largest } from '../../src/kit/lists.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { PolicyModel } from '../../src/network/policy/model.ts';
import { factsOf } from '../../src/network/policy/pod-facts.ts';
import { IPV4 } from '../../src/network/policy/rules/family.ts';
import { PolicyWriter } from '../../src/network/policy/writer.ts';
import { figure, median } from '../support/figure.ts';

const SPACES = 10;
const PODS = 100;
const APPS = 9;
const CHANGES = 20;
const NETNS = 'tph-bench-policies';

const app = (i: number) => ({ matchLabels: { app: `a${i % APPS}` } });
const policy = (space: string, name: string, spec: NetworkPolicySpec) => ({
  apiVersion: 'networking.k8s.io/v1' as const,
  kind: 'NetworkPolicy' as const,
  metadata: { name, namespace: space },
  spec,
});

/** Nothing, and for each app its clients of the same namespace, a namespace, a block, and ports; names for all. */
const policiesOf = (space: string, i: number): NetworkPolicy[] => [
  policy(space, 'closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  ...Array.from({ length: APPS }, (_, n) =>
    policy(space, `app-${n}`, {
      podSelector: app(n),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [{ podSelector: app(n + 1) }], ports: [{ port: 8080 }, { port: 'web' }] },
        { from: [{ namespaceSelector: { matchLabels: { space: `s${(i + 1) % SPACES}` } } }] },
      ],
      egress: [
        { to: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.8/30'] } }] },
        { to: [{ podSelector: app(n + 2) }], ports: [{ port: 8080, endPort: 8090 }] },
      ],
    }),
  ),
];

const pod = (space: string, i: number, address: string, labels = app(i).matchLabels): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `p${i}`, namespace: space, uid: `${space}-${i}`, labels },
  spec: { containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 80 }] }] },
  status: { podIP: address },
});
const put = (of: Pod) =>
  model.setPod(of.metadata.namespace!, of.metadata.uid!, factsOf(of, [of.status!.podIP!], true));

const model = new PolicyModel(IPV4);
const inside = (command: readonly string[], options?: { input?: string }) =>
  exec(['ip', 'netns', 'exec', NETNS, ...command], options);
const writer = new PolicyWriter({
  models: [model],
  bridge: 'cni0',
  exec: inside,
  clock: systemClock,
  log: silentLogger,
});

/** Milliseconds until the kernel has it, and of those the processor time of this process. */
async function timed(change: () => void): Promise<{ all: number; own: number }> {
  const from = systemClock.monotonic();
  const before = process.cpuUsage();
  change();
  writer.changed();
  await writer.settled();
  const { user, system } = process.cpuUsage(before);
  return { all: systemClock.monotonic() - from, own: (user + system) / 1000 };
}

async function changes(name: string, change: (round: number) => void): Promise<void> {
  const all: number[] = [];
  const own: number[] = [];
  for (let round = 0; round < CHANGES; round++) {
    const took = await timed(() => change(round));
    all.push(took.all);
    own.push(took.own);
  }
  figure(`network-policies.${name}_ms`, median(all), 'ms');
  figure(`network-policies.${name}_slowest_ms`, largest(all), 'ms');
  figure(`network-policies.${name}_own_cpu_ms`, median(own), 'ms');
}

await exec(['ip', 'netns', 'add', NETNS]);
try {
  const spaces = Array.from({ length: SPACES }, (_, i) => `s${i}`);
  const first = await timed(() => {
    for (const [i, space] of spaces.entries()) {
      model.setNamespace(space, { space });
      for (const of of policiesOf(space, i)) model.setPolicy(space, of.metadata.name!, compile(of));
    }
    for (const [i, space] of spaces.entries())
      for (let n = 0; n < PODS; n++) put(pod(space, n, `10.128.${i}.${n + 1}`));
  });
  figure('network-policies.all_ms', first.all, 'ms');
  figure('network-policies.all_own_cpu_ms', first.own, 'ms');
  await changes('pod_comes', (round) => put(pod('s0', 1000 + round, `10.129.0.${round + 1}`)));
  await changes('labels_change', (round) => put(pod('s1', 7, '10.128.1.8', { app: `a${round % APPS}` })));
  await changes('policy_edited', (round) => {
    const edited = policiesOf('s2', round).at(-1)!;
    model.setPolicy('s2', edited.metadata.name!, compile(edited));
  });
} finally {
  writer.stop();
  await exec(['ip', 'netns', 'del', NETNS]);
}
