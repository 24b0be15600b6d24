import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Container } from '../../../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../../../api/kinds/core/v1/pod-spec.ts';
import type { Level } from './policy.ts';
import { violations } from './standards.ts';

type Security = NonNullable<Container['securityContext']>;

/** Allowed by every level. */
const HARDENED: Security = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const container = (securityContext: Security = {}, more: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'x',
  securityContext,
  ...more,
});
const hardened = (security: Security = {}, more: Partial<Container> = {}): Container =>
  container({ ...HARDENED, ...security }, more);

function found(
  level: Level,
  spec: Partial<PodSpec>,
  version: number | 'latest' = 'latest',
  annotations: Record<string, string> = {},
): string {
  const pod = { annotations, spec: { containers: [], ...spec } };
  return violations({ level, version }, pod)
    .map(({ reason, detail }) => `${reason} (${detail})`)
    .join(', ');
}

describe('the level baseline', () => {
  const baseline = (spec: Partial<PodSpec>, version?: number | 'latest', annotations = {}) =>
    found('baseline', spec, version, annotations);
  const one = (security: Security, more: Partial<Container> = {}) => ({
    containers: [container(security, more)],
  });

  it('allows a plain pod, and privileged allows everything', () => {
    assert.equal(baseline({ containers: [container()] }), '');
    assert.equal(found('privileged', { hostPID: true, containers: [container({ privileged: true })] }), '');
  });

  it('forbids AppArmor profiles other than the runtime’s and local ones, by field and by annotation', () => {
    const unconfined = { type: 'Unconfined' } as const;
    assert.equal(
      baseline({ securityContext: { appArmorProfile: unconfined }, ...one({ appArmorProfile: unconfined }) }),
      'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")',
    );
    const key = 'container.apparmor.security.beta.kubernetes.io/c';
    assert.equal(
      baseline(one({}), 'latest', { [key]: 'unconfined' }),
      `forbidden AppArmor profile (annotation must not set AppArmor profile type to "${key}="unconfined"")`,
    );
    for (const good of ['', 'runtime/default', 'localhost/x'])
      assert.equal(baseline(one({}), 'latest', { [key]: good }), '');
  });

  it('forbids capabilities outside the default set', () => {
    assert.equal(
      baseline(one({ capabilities: { add: ['SYS_ADMIN', 'CHOWN', 'NET_RAW'] } })),
      'non-default capabilities (container "c" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
    );
  });

  it('forbids host namespaces, host paths and host ports', () => {
    assert.equal(
      baseline({ hostNetwork: true, hostPID: true, hostIPC: true }),
      'host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)',
    );
    assert.equal(
      baseline({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
      'hostPath volumes (volume "v")',
    );
    const ports = [
      { containerPort: 1, hostPort: 80 },
      { containerPort: 2, hostPort: 9 },
      { containerPort: 3 },
    ];
    assert.equal(
      baseline({ initContainers: [container({}, { name: 'i', ports })], ...one({}, { ports }) }),
      'hostPort (containers "i", "c" use hostPorts 80, 9)',
    );
  });

  it('forbids hosts in probes and lifecycle hooks since v1.34', () => {
    const httpGet = { host: '169.254.169.254', port: 80 };
    const spec = one(
      {},
      { livenessProbe: { httpGet }, lifecycle: { preStop: { tcpSocket: { host: 'b', port: 1 } } } },
    );
    const text =
      'probe or lifecycle host (container "c" uses probe or lifecycle hosts "169.254.169.254", "b")';
    assert.deepEqual([baseline(spec, 33), baseline(spec, 34), baseline(spec)], ['', text, text]);
    for (const probe of ['readinessProbe', 'startupProbe'])
      assert.notEqual(baseline(one({}, { [probe]: { tcpSocket: { host: 'b', port: 1 } } })), '');
    assert.notEqual(baseline(one({}, { lifecycle: { postStart: { httpGet } } })), '');
  });

  it('forbids privileged and Windows host-process containers', () => {
    assert.equal(
      baseline({ ...one({}), ephemeralContainers: [{ name: 'e', securityContext: { privileged: true } }] }),
      'privileged (container "e" must not set securityContext.privileged=true)',
    );
    const windowsOptions = { hostProcess: true };
    assert.equal(
      baseline({ securityContext: { windowsOptions }, ...one({ windowsOptions }) }),
      'hostProcess (pod and container "c" must not set securityContext.windowsOptions.hostProcess=true)',
    );
  });

  it('forbids other mounts of /proc, since v1.35 unless the pod has a user namespace', () => {
    const spec = one({ procMount: 'Unmasked' });
    const text = 'procMount (container "c" must not set securityContext.procMount to "Unmasked")';
    const isolated = { ...spec, hostUsers: false };
    assert.deepEqual([baseline(spec), baseline(isolated, 34), baseline(isolated)], [text, text, '']);
  });

  it('forbids SELinux users, roles and types outside the container ones', () => {
    const seLinuxOptions = { type: 'spc_t', user: 'u', role: 'r' };
    assert.equal(
      baseline({ securityContext: { seLinuxOptions: { type: 'unconfined_t' } }, ...one({ seLinuxOptions }) }),
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: types "spc_t", "unconfined_t"; user may not be set; role may not be set)',
    );
    const engine = one({ seLinuxOptions: { type: 'container_engine_t', level: 's0' } });
    assert.equal(baseline(engine, 31), '');
    assert.match(baseline(engine, 30), /type "container_engine_t"/);
  });

  it('forbids unconfined seccomp profiles, before v1.19 by annotation', () => {
    const seccompProfile = { type: 'Unconfined' } as const;
    assert.equal(
      baseline({ securityContext: { seccompProfile }, ...one({ seccompProfile }) }),
      'seccompProfile (pod and container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    );
    const annotations = { 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined' };
    assert.match(baseline(one({}), 18, annotations), /^seccompProfile \(forbidden annotation container/);
    assert.equal(baseline(one({}), 19, annotations), '');
  });

  it('forbids unsafe sysctls, with more safe ones in newer versions', () => {
    const of = (name: string, version?: number) =>
      baseline({ securityContext: { sysctls: [{ name, value: '1' }] } }, version);
    assert.equal(of('kernel.msgmax'), 'forbidden sysctls (kernel.msgmax)');
    for (const [name, since] of [
      ['net.ipv4.ip_local_reserved_ports', 27],
      ['net.ipv4.tcp_keepalive_time', 29],
      ['net.ipv4.tcp_rmem', 32],
    ] as const)
      assert.deepEqual([of(name, since - 1), of(name, since)], [`forbidden sysctls (${name})`, '']);
  });
});

describe('the level restricted', () => {
  const restricted = (spec: Partial<PodSpec>, version?: number | 'latest') =>
    found('restricted', spec, version);
  const one = (security: Security, more: Partial<Container> = {}) => ({
    containers: [hardened(security, more)],
  });

  it('allows a hardened pod and forbids a plain one, with upstream’s message', () => {
    assert.equal(restricted(one({})), '');
    assert.equal(
      restricted({ containers: [container()] }),
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it('includes the checks of baseline that it does not replace', () => {
    assert.equal(restricted({ hostPID: true, ...one({}) }), 'host namespaces (hostPID=true)');
  });

  it('forbids capabilities but NET_BIND_SERVICE, and requires that all others are dropped', () => {
    assert.equal(restricted(one({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })), '');
    assert.equal(
      restricted(one({ capabilities: { add: ['CHOWN'] } })),
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    );
    assert.equal(restricted(one({ capabilities: { add: ['CHOWN'] } }), 21), '');
  });

  it('forbids volumes of other types, host paths with them', () => {
    const volumes = [
      { name: 'a', hostPath: { path: '/' } },
      { name: 'b', nfs: { server: 's', path: '/' } },
      { name: 'd', emptyDir: {} },
    ];
    assert.equal(
      restricted({ volumes, ...one({}) }),
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
    );
  });

  it('requires runAsNonRoot and forbids the user 0, since v1.35 unless the pod has a user namespace', () => {
    const rootful = { securityContext: { runAsNonRoot: false, runAsUser: 0 }, ...one({ runAsUser: 0 }) };
    const text =
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), ' +
      'runAsUser=0 (pod and container "c" must not set runAsUser=0)';
    assert.equal(restricted(rootful), text);
    assert.equal(restricted({ ...rootful, hostUsers: false }, 34), text);
    assert.equal(restricted({ ...rootful, hostUsers: false }), '');
    assert.doesNotMatch(restricted(rootful, 22), /runAsUser/);
  });

  it('keeps the check of /proc mounts even with a user namespace', () => {
    const spec = { hostUsers: false, ...one({ procMount: 'Unmasked' }) };
    assert.equal(
      restricted(spec),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    );
  });

  it('requires a seccomp profile, of the pod or of each container', () => {
    const { seccompProfile, ...without } = HARDENED;
    const plain = [container(without)];
    assert.equal(
      restricted({ securityContext: { seccompProfile: { type: 'Localhost' } }, containers: plain }),
      '',
    );
    assert.match(restricted({ containers: plain }), /^seccompProfile \(pod or container "c" must set/);
    assert.match(
      restricted(one({ seccompProfile: { type: 'Unconfined' } })),
      /^seccompProfile \(container "c" must not set securityContext.seccompProfile.type to "Unconfined"\)$/,
    );
    assert.equal(restricted({ containers: plain }, 18), '');
  });

  it('does not ask Windows pods since v1.25 for what only Linux has', () => {
    const spec = {
      os: { name: 'windows' },
      containers: [container({ runAsNonRoot: true })],
    } as Partial<PodSpec>;
    assert.equal(restricted(spec), '');
    assert.notEqual(restricted(spec, 24), '');
  });
});
