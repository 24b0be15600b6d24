// A kubelet for tests of its server: one pod `default/web` with container `app`, whose streams a fake runtime serves.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { HostFiles } from '../files/host-files.ts';
import type { ExecStreams, KubeletBackend } from './backend.ts';
import type { FakeRuntime } from './streaming/runtime.fake.ts';

const seen = { image: 'busybox', imageID: '', restartCount: 0 };

export const WEB_POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'uid-1' },
  spec: { nodeName: 'node-1', containers: [{ name: 'app' }, { name: 'waiting' }] },
  status: {
    phase: 'Running',
    containerStatuses: [
      { ...seen, name: 'app', ready: true, containerID: 'containerd://c1', state: { running: {} } },
      { ...seen, name: 'waiting', ready: false, state: { waiting: { reason: 'ContainerCreating' } } },
    ],
  },
};

const names = (streams: ExecStreams) => [
  ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => streams[name]),
  ...(streams.tty ? ['resize'] : []),
];

export function fakeBackend(runtime: FakeRuntime, logPath = '/nowhere'): KubeletBackend {
  return {
    nodeName: 'node-1',
    files: new HostFiles(async () => ''),
    pods: () => [WEB_POD],
    pod: (namespace, name) => (namespace === 'default' && name === 'web' ? WEB_POD : undefined),
    runningContainer: async (_pod, container) => (container === 'app' ? 'c1' : undefined),
    sandbox: async () => 's1',
    containerLogPath: async (id) => (id === 'c1' ? logPath : undefined),
    isContainerRunning: async () => false,
    exec: async (_id, command, streams) => runtime.commandUrl(command, names(streams)),
    attach: async (_id, streams) => runtime.commandUrl(['cat'], names(streams)),
    portForward: async () => runtime.portForwardUrl(),
    execSync: async (_id, command) => ({
      stdout: Buffer.from(command.join('|')),
      stderr: Buffer.alloc(0),
      exitCode: command[0] === 'false' ? 1 : 0,
    }),
    metrics: async (page) => (page === 'cadvisor' ? undefined : `${page} 1\n`),
    summary: async (only) => ({ node: { only } }),
    configz: () => ({ kubeletconfig: {} }),
    page: (path, accept) =>
      path === '/statusz' ? { status: 200, headers: {}, body: `status as ${accept}` } : undefined,
    unhealthy: () => undefined,
  };
}
