import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { nameSuffix, seededRandom } from '../../../kit/random.ts';
import { checkWishes, customProfile, pullPolicyOf } from './check.ts';
import { isImageName } from './image-name.ts';
import { pairsFlag } from './pairs-flag.ts';
import { copyOf, type DebugWishes, grantsInVain, nodePod, withEphemeralContainer } from './plan.ts';
import { PROFILES, type Profile, profileOf, type Style } from './profiles.ts';

const wishes: DebugWishes = {
  args: [],
  argumentsOnly: false,
  container: 'debugger',
  copyTo: 'copy',
  env: [],
  image: 'busybox',
  pullPolicy: '',
  sameNode: false,
  setImages: [],
  shareProcesses: undefined,
  stdin: false,
  tty: false,
  target: '',
  profile: 'general',
  kept: {
    labels: false,
    annotations: false,
    liveness: false,
    readiness: false,
    startup: false,
    initContainers: true,
  },
  custom: undefined,
};

const original = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', uid: 'u', labels: { app: 'a' }, annotations: { x: 'y' } },
  spec: {
    nodeName: 'n',
    initContainers: [{ name: 'setup', image: 'i' }],
    containers: [
      {
        name: 'app',
        image: 'one',
        command: ['run'],
        args: ['it'],
        livenessProbe: { tcpSocket: { port: 1 } },
      },
    ],
    ephemeralContainers: [{ name: 'old', image: 'i' }],
  },
  status: { phase: 'Running' },
} as Pod;

const naming = () => {
  const told: string[] = [];
  return { random: seededRandom(1), tell: (text: string) => told.push(text), told };
};

const contextOf = (profile: Profile, style: Style) => {
  const of = { ...wishes, profile };
  if (style === 'ephemeral') return withEphemeralContainer(original, of, naming()).container.securityContext;
  const pod = style === 'node' ? nodePod('n', of, naming()) : copyOf(original, of, naming()).pod;
  return pod.spec?.containers.find(({ name }) => name === 'debugger')?.securityContext;
};

describe('debugging profiles', () => {
  it('give the container what upstream gives it', () => {
    const trace = { capabilities: { add: ['SYS_PTRACE'] } };
    const network = { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } };
    const restricted = {
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
    };
    const expected: Record<Profile, readonly [ephemeral: unknown, copy: unknown, node: unknown]> = {
      legacy: [undefined, undefined, undefined],
      general: [trace, trace, undefined],
      baseline: [undefined, undefined, undefined],
      restricted: [restricted, restricted, restricted],
      netadmin: [network, network, network],
      sysadmin: [{ privileged: true }, { privileged: true }, { privileged: true }],
    };
    for (const profile of PROFILES) {
      const found = (['ephemeral', 'copy', 'node'] as const).map((style) => contextOf(profile, style));
      assert.deepEqual(found, expected[profile], profile);
    }
    assert.throws(() => profileOf('x'), { message: 'unknown profile: x' });
  });

  it('give a pod on a node its namespaces and its file system, where they do', () => {
    const facts = PROFILES.map((profile) => {
      const { spec } = nodePod('n', { ...wishes, profile }, naming());
      return [
        profile,
        spec?.hostPID ?? false,
        spec?.volumes?.[0]?.hostPath?.path ?? '',
        spec?.containers[0]?.volumeMounts?.[0]?.mountPath ?? '',
      ];
    });
    assert.deepEqual(facts, [
      ['legacy', true, '/', '/host'],
      ['general', true, '/', '/host'],
      ['baseline', false, '', ''],
      ['restricted', false, '', ''],
      ['netadmin', true, '', ''],
      ['sysadmin', true, '/', '/host'],
    ]);
  });
});

describe('a copied pod', () => {
  it('has no labels, annotations, probes, node and ephemeral containers, and shares its processes', () => {
    const { pod, container } = copyOf(original, wishes, naming());
    assert.equal(container, 'debugger');
    assert.deepEqual(pod, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'copy', namespace: 'ns' },
      spec: {
        initContainers: [{ name: 'setup', image: 'i' }],
        containers: [
          { name: 'app', image: 'one', command: ['run'], args: ['it'] },
          {
            name: 'debugger',
            image: 'busybox',
            terminationMessagePolicy: 'File',
            securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
          },
        ],
        shareProcessNamespace: true,
      },
    });
  });

  it('keeps what the user wants to keep', () => {
    const kept = {
      labels: true,
      annotations: true,
      liveness: true,
      readiness: true,
      startup: true,
      initContainers: false,
    };
    const { pod } = copyOf(original, { ...wishes, kept, sameNode: true, shareProcesses: false }, naming());
    assert.deepEqual(pod.metadata, {
      name: 'copy',
      namespace: 'ns',
      labels: { app: 'a' },
      annotations: { x: 'y' },
    });
    assert.deepEqual(pod.spec?.containers[0]?.livenessProbe, { tcpSocket: { port: 1 } });
    assert.equal(pod.spec?.initContainers, undefined);
    assert.deepEqual([pod.spec?.nodeName, pod.spec?.shareProcessNamespace], ['n', false]);
  });

  it('may have other images only, or another command in a container of the original', () => {
    const images = {
      ...wishes,
      container: '',
      image: '',
      setImages: [
        ['*', 'all'],
        ['app', 'two'],
      ] as const,
    };
    const imaged = copyOf(original, images, naming());
    assert.deepEqual([imaged.container, imaged.pod.spec?.containers[0]?.image], ['', 'two']);
    const shell = copyOf(
      original,
      { ...wishes, container: 'app', image: '', args: ['sh'], stdin: true },
      naming(),
    );
    const [app] = shell.pod.spec?.containers ?? [];
    assert.deepEqual(
      [shell.container, app?.command, app?.args, app?.image, app?.stdin],
      ['app', ['sh'], undefined, 'one', true],
    );
    assert.throws(() => copyOf(original, { ...wishes, container: 'x', image: '', args: ['sh'] }, naming()), {
      message: 'you must specify image when creating new container',
    });
  });
});

describe('a debugging container', () => {
  it('gets a name that no other container has, and what the user wants', () => {
    const names = naming();
    const more: Partial<DebugWishes> = {
      container: '',
      args: ['sh', '-c'],
      env: [['A', 'b']],
      tty: true,
      stdin: true,
      target: 'app',
      pullPolicy: 'Always',
    };
    const { pod, container } = withEphemeralContainer(original, { ...wishes, ...more }, names);
    assert.match(container.name, /^debugger-[a-z0-9]{5}$/);
    assert.deepEqual(names.told, [`Defaulting debug container name to ${container.name}.\n`]);
    assert.deepEqual(container, {
      name: container.name,
      image: 'busybox',
      command: ['sh', '-c'],
      env: [{ name: 'A', value: 'b' }],
      imagePullPolicy: 'Always',
      stdin: true,
      tty: true,
      terminationMessagePolicy: 'File',
      targetContainerName: 'app',
      securityContext: { capabilities: { add: ['SYS_PTRACE'] } },
    });
    assert.equal(pod.spec?.ephemeralContainers?.length, 2);
    assert.equal(original.spec?.ephemeralContainers?.length, 1);
  });

  it('is not called as one that is there', () => {
    const first = `debugger-${nameSuffix(seededRandom(1))}`;
    const taken = {
      ...original,
      spec: { ...original.spec!, containers: [{ name: first, image: 'i' }] },
    } as Pod;
    const { container } = withEphemeralContainer(taken, { ...wishes, container: '' }, naming());
    assert.notEqual(container.name, first);
  });

  it('takes over what the custom profile says', () => {
    const custom = customProfile('env: [{name: X, value: "1"}]\nsecurityContext: {runAsUser: 0}', 'f');
    const { container } = withEphemeralContainer(
      original,
      { ...wishes, env: [['A', 'b']], custom },
      naming(),
    );
    assert.deepEqual(container.env?.map(({ name }) => name).sort(), ['A', 'X']);
    assert.deepEqual(container.securityContext, { capabilities: { add: ['SYS_PTRACE'] }, runAsUser: 0 });
  });

  it('is warned about if the pod has a user who is not root', () => {
    const pod = { ...original, spec: { ...original.spec!, securityContext: { runAsUser: 5 } } } as Pod;
    const { container } = withEphemeralContainer(pod, wishes, naming());
    assert.ok(grantsInVain(pod, container));
    assert.ok(!grantsInVain(original, container));
    assert.ok(!grantsInVain(pod, { ...container, securityContext: { privileged: true, runAsUser: 0 } }));
  });
});

describe('flags of debug', () => {
  const given = { targets: 1, filenames: 0, attach: undefined, replace: false };
  const refused = (more: Partial<DebugWishes>, message: string, facts = given) =>
    assert.throws(() => checkWishes({ ...wishes, copyTo: '', ...more }, facts), { message });

  it('are refused where they do not go together', () => {
    checkWishes(wishes, given);
    refused({ image: '' }, 'you must specify --image when not using --copy-to.');
    refused({ sameNode: true }, '--same-node may only be used with --copy-to.');
    refused({ image: 'A b' }, 'invalid image name "A b": invalid reference format');
    refused({ tty: true }, '-i/--stdin is required for containers with -t/--tty=true');
    refused({}, 'NAME or filename is required for debug', { ...given, targets: 0 });
    refused({ copyTo: 'x', image: '' }, 'you must specify --image, --set-image or command arguments.');
    refused(
      { copyTo: 'x', target: 'y' },
      '--target is incompatible with --copy-to. Use --share-processes instead.',
    );
    refused(
      { custom: { image: 'x' } },
      'name, command, image, lifecycle and volume devices are not modifiable via custom profile',
    );
    assert.throws(() => pullPolicyOf('Sometimes'), { message: 'invalid image pull policy: Sometimes' });
  });

  it('name images as the distribution does', () => {
    for (const good of [
      'a',
      'a:1',
      'localhost:5000/a/b:v1.2',
      `reg.io/a__b/c-d.e@sha256:${'a'.repeat(64)}`,
      '[::1]:5/a',
    ])
      assert.ok(isImageName(good), good);
    for (const bad of [
      '',
      'A',
      'a:',
      'a/',
      '/a',
      'a..b',
      'a___b',
      'a@sha256:1',
      '-a',
      'a-',
      'a b',
      'a:1:2',
      'x'.repeat(5000),
    ])
      assert.ok(!isImageName(bad), bad);
  });

  it('give pairs in their order', () => {
    const flag = pairsFlag('');
    assert.deepEqual(flag.read('a=b,c=d', undefined), [
      ['a', 'b'],
      ['c', 'd'],
    ]);
    assert.deepEqual(flag.read('x=y,z', [['a', 'b']]), [
      ['a', 'b'],
      ['x', 'y,z'],
    ]);
    assert.throws(() => flag.read('a', undefined), { message: 'a must be formatted as key=value' });
  });
});
