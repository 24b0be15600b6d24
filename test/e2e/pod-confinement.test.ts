// What a container can see and do of the machine's kernel by default, and what of it a pod may ask to change. The node
// gives the runtime's seccomp profile to containers that name none.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, type PodStatus, pod } from '../support/pod-scene.ts';

let scene: PodScene;

/** What a container reaches from a descriptor that its runtime forgot to close (CVE-2024-21626). */
const FIRST_DESCRIPTOR = 3;
const DESCRIPTORS = 10;
const leaks = () =>
  pod('descriptors', {
    containers: Array.from({ length: DESCRIPTORS }, (_, i) => ({
      name: `fd-${FIRST_DESCRIPTOR + i}`,
      image: 'busybox:1',
      workingDir: `/proc/self/fd/${FIRST_DESCRIPTOR + i}`,
      command: ['/bin/sh', '-c', 'ls ../../../../../../../root/ ../../../../../../../usr'],
    })),
  });

/** Prints a word for each way that is open; nothing where all are closed. */
const probe = [
  '[ -n "$(head -c 1 /proc/kcore 2>/dev/null)" ] && echo kcore',
  '[ -n "$(cat /proc/keys 2>/dev/null)" ] && echo keys',
  '[ -n "$(cat /proc/timer_list 2>/dev/null)" ] && echo timer_list',
  '[ -n "$(ls /sys/firmware 2>/dev/null)" ] && echo firmware',
  '[ -n "$(ls /proc/scsi /proc/acpi 2>/dev/null | grep -v :)" ] && echo devices',
  'for file in sys/kernel/panic sys/vm/overcommit_memory sys/kernel/core_pattern irq/default_smp_affinity; do (cat /proc/$file > /proc/$file) 2>/dev/null && echo $file; done',
  '(echo x > /proc/sysrq-trigger) 2>/dev/null && echo sysrq',
  '(echo 1 > /sys/kernel/profiling) 2>/dev/null && echo sys',
  '[ -e /sys/fs/cgroup/memory ] && mkdir /sys/fs/cgroup/memory/mine 2>/dev/null && echo cgroup',
  'mount -t tmpfs x /tmp 2>/dev/null && echo mount',
  'mknod /tmp/disk b 8 0 2>/dev/null && head -c 1 /tmp/disk > /tmp/read 2>/dev/null && echo disk',
  'unshare -U true 2>/dev/null && echo unshare',
  'grep ^CapInh: /proc/self/status | grep -qv 0000000000000000 && echo inheritable',
  'true',
].join('\n');

const mode = 'grep ^Seccomp: /proc/self/status | cut -f2';

const pods = () => [
  leaks(),
  pod('ordinary', { containers: main(probe) }),
  pod('default-profile', { containers: main(mode) }),
  pod('no-profile', {
    containers: main(mode, { securityContext: { seccompProfile: { type: 'Unconfined' } } }),
  }),
  pod('privileged', {
    containers: main(
      `${mode}; (cat /proc/sys/vm/overcommit_memory > /proc/sys/vm/overcommit_memory) 2>/dev/null && echo writes`,
      { securityContext: { privileged: true } },
    ),
  }),
  pod('own-users', { hostUsers: false, containers: main('true') }),
  pod('armored', {
    securityContext: { appArmorProfile: { type: 'RuntimeDefault' } },
    containers: main('true'),
  }),
  pod('missing-profile', {
    containers: main('true', {
      securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'none.json' } },
    }),
  }),
];

describe('the confinement of a container', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-confined', ['--seccomp-default']);
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    await scene.create(...pods());
  });
  after(() => scene?.down());

  test('closes the kernel’s files, devices, mounts and namespaces to an ordinary container', async () => {
    await scene.phase('ordinary', 'Succeeded');
    assert.equal(await scene.logs('ordinary'), '');
  });

  test('has a seccomp profile unless the pod asks for none, or for privileges', async () => {
    assert.deepEqual(await scene.lines('default-profile'), ['2']);
    assert.deepEqual(await scene.lines('no-profile'), ['0']);
    assert.deepEqual(await scene.lines('privileged'), ['0', 'writes']);
  });

  test('is refused clearly where the node cannot give what a pod asks for', async () => {
    await scene.event(
      'own-users',
      /^FailedCreatePodSandBox: Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces$/,
    );
    const { reason, message } = await scene.phase('armored', 'Failed');
    assert.deepEqual(
      [reason, message],
      ['AppArmor', 'Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host'],
    );
    assert.match((await scene.waiting('missing-profile', 'CreateContainerError')) ?? '', /none\.json/);
  });

  test('leaves no descriptor of the machine as a way out', async () => {
    const settled = ({ containerStatuses = [] }: PodStatus) =>
      containerStatuses.length === DESCRIPTORS &&
      containerStatuses.every(
        ({ state }) => state.terminated || state.waiting?.reason === 'RunContainerError',
      );
    const { containerStatuses = [] } = await scene.until('descriptors', 'all ended or refused', settled);
    // The directory is no directory, or the program finds nothing of the machine from there.
    for (const { name, state } of containerStatuses)
      assert.notEqual(state.terminated?.exitCode, 0, `${name} reached the machine`);
  });

  test('cannot be taken off /proc while the pod shares the users of the machine', async () => {
    const unmasked = pod('unmasked', {
      containers: main('true', { securityContext: { procMount: 'Unmasked' } }),
    });
    await assert.rejects(scene.create(unmasked), /`hostUsers` must be false to use `Unmasked`/);
  });
});
