import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { ConfigError } from '../env/container-env.ts';
import type { Pod } from '../pod.ts';
import { mainContainersOf } from '../pod.ts';
import { containerSecurity, namespacesOf, refuseUserNamespace, sandboxSecurity } from './security-context.ts';

type Spec = NonNullable<Pod['spec']>;
const options = { seccompDir: '/seccomp', appArmor: false, seccompDefault: false };
const image = (user: { uid?: number; username?: string } = {}) => ({
  id: 'i',
  repoTags: [],
  repoDigests: [],
  size: 0,
  username: '',
  pinned: false,
  ...user,
});

const securityOf = (
  context: Spec['containers'][number]['securityContext'],
  podContext: Spec['securityContext'] = {},
  user: { uid?: number; username?: string } = {},
) => {
  const pod = aBoundPod(
    'p',
    { containers: [aContainer('main', { securityContext: context })], securityContext: podContext },
    { uid: 'u' },
  );
  return containerSecurity(pod, mainContainersOf(pod)[0]!, image(user), options);
};

test('an ordinary container has masked paths and no special rights', () => {
  const security = securityOf(undefined);
  assert.equal(security.privileged, false);
  assert.equal(security.noNewPrivs, false);
  assert.ok(security.maskedPaths?.includes('/proc/kcore') && security.readonlyPaths?.includes('/proc/sys'));
  assert.deepEqual(security.seccomp, { profileType: 'Unconfined' });
});

test('a privileged one has neither masked paths nor a profile', () => {
  const security = securityOf({ privileged: true }, { seccompProfile: { type: 'RuntimeDefault' } });
  assert.equal(security.maskedPaths, undefined);
  assert.deepEqual(security.seccomp, { profileType: 'Unconfined' });
});

test('with the default switched on, only a container that asks for none goes without a seccomp profile', () => {
  const seccomp = (type?: 'Unconfined', podType?: 'Unconfined') => {
    const profile = (of?: 'Unconfined') => (of === undefined ? {} : { seccompProfile: { type: of } });
    const pod = aBoundPod('p', {
      containers: [aContainer('main', { securityContext: profile(type) })],
      securityContext: profile(podType),
    });
    const switched = { ...options, seccompDefault: true };
    return containerSecurity(pod, mainContainersOf(pod)[0]!, image(), switched).seccomp?.profileType;
  };
  assert.equal(seccomp(), 'RuntimeDefault');
  assert.equal(seccomp('Unconfined'), 'Unconfined');
  assert.equal(seccomp(undefined, 'Unconfined'), 'Unconfined');
});

test('a seccomp profile of the node is a file below the directory of profiles', () => {
  const localhost = (localhostProfile?: string) =>
    securityOf({ seccompProfile: { type: 'Localhost', localhostProfile } }).seccomp;
  assert.deepEqual(localhost('a/b.json'), { profileType: 'Localhost', localhostRef: '/seccomp/a/b.json' });
  for (const path of ['../x', '/etc/x', 'a/../../x', '']) assert.throws(() => localhost(path), ConfigError);
});

test('a pod that asks for a user namespace does not run without it', () => {
  const refused = (handler: string) => () =>
    refuseUserNamespace(aBoundPod('p', { hostUsers: false }), handler);
  assert.throws(refused(''), {
    message: "can't set `spec.hostUsers: false`, runtime does not support user namespaces",
  });
  assert.throws(refused('crun'), /RuntimeClass handler "crun" does not support user namespaces$/);
  refuseUserNamespace(aBoundPod('p', { hostUsers: true }), '');
});

test('the container’s own user wins over the pod’s, and that over the image’s', () => {
  assert.equal(securityOf({ runAsUser: 1 }, { runAsUser: 2 }, { uid: 3 }).runAsUser, 1);
  assert.equal(securityOf({}, { runAsUser: 2, runAsGroup: 5 }, { uid: 3 }).runAsGroup, 5);
  assert.equal(securityOf({}, {}, { uid: 3 }).runAsUser, 3);
  assert.equal(securityOf({}, {}, { username: 'web' }).runAsUsername, 'web');
});

test('runAsNonRoot refuses root and names that cannot be judged', () => {
  const about = '(pod: "p_default(u)", container: main)';
  const refused = (user: { uid?: number; username?: string }, runAsUser?: number) => () =>
    securityOf({ runAsNonRoot: true, ...(runAsUser !== undefined && { runAsUser }) }, {}, user);
  assert.throws(refused({}), { message: `container has runAsNonRoot and image will run as root ${about}` });
  assert.throws(refused({}, 0), { message: `container's runAsUser breaks non-root policy ${about}` });
  assert.throws(refused({ username: 'web' }), {
    message: `container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root ${about}`,
  });
  assert.doesNotThrow(refused({ uid: 1000 }));
});

test('an image whose user would wrap around to root is refused', () => {
  for (const uid of [2 ** 32, 2 ** 31, -1])
    assert.throws(() => securityOf({ runAsNonRoot: true }, {}, { uid }), /which is out of range/);
});

test('namespaces are shared as the pod asks', () => {
  assert.deepEqual(namespacesOf(aBoundPod('p')), { network: 'pod', ipc: 'pod', pid: 'container' });
  assert.deepEqual(namespacesOf(aBoundPod('p', { hostNetwork: true, hostIPC: true, hostPID: true })), {
    network: 'node',
    ipc: 'node',
    pid: 'node',
  });
  assert.equal(namespacesOf(aBoundPod('p', { shareProcessNamespace: true })).pid, 'pod');
  assert.deepEqual(namespacesOf(aBoundPod('p'), 'id'), {
    network: 'pod',
    ipc: 'pod',
    pid: 'target',
    targetId: 'id',
  });
});

test('the sandbox is privileged when any container is, and carries the pod’s groups', () => {
  const pod = aBoundPod('p', {
    containers: [aContainer('a'), aContainer('b', { securityContext: { privileged: true } })],
    securityContext: { fsGroup: 7, supplementalGroups: [8] },
  });
  const security = sandboxSecurity(pod, options);
  assert.equal(security.privileged, true);
  assert.deepEqual(security.supplementalGroups, [8, 7]);
});
