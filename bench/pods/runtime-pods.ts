// What the container runtime alone takes for pods: sandboxes and containers asked for over CRI, with nothing of a cluster in between.
// The kubelet of the node leaves them alone, since they carry no pod's uid.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openContainerd } from '../../src/cri/containerd/open.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { Limiter } from '../../src/kubelet/images/limiter.ts';

export interface RuntimePodsOptions {
  readonly socket: string;
  readonly image: string;
  readonly handler: string;
  readonly count: number;
  /** How many are under way at the same time. */
  readonly atOnce: number;
}

/** Milliseconds until all run; then they are removed. */
export async function runtimePods(options: RuntimePodsOptions): Promise<number> {
  const { socket, image, handler, count, atOnce } = options;
  const runtime = openContainerd({ socket, clock: systemClock });
  const logDirectory = mkdtempSync(join(tmpdir(), 'runtime-pods-'));
  const limiter = new Limiter(atOnce);
  const sandboxes: string[] = [];
  const start = async (name: string) => {
    const metadata = { name, uid: name, namespace: 'runtime' };
    const linux = {
      securityContext: { namespaceOptions: { network: 'pod', pid: 'container', ipc: 'pod' } },
    } as const;
    const sandbox = { metadata, hostname: name, logDirectory, dnsConfig: { servers: ['10.96.0.10'] }, linux };
    const id = await runtime.runPodSandbox(sandbox, handler);
    sandboxes.push(id);
    const container = { metadata: { name: 'c' }, image: { image }, logPath: `${name}.log`, linux };
    await runtime.startContainer(await runtime.createContainer(id, container, sandbox));
  };
  const remove = async (id: string) => {
    await runtime.stopPodSandbox(id);
    await runtime.removePodSandbox(id);
  };
  try {
    const began = systemClock.monotonic();
    await Promise.all(Array.from({ length: count }, (_, i) => limiter.run(() => start(`runtime-${i}`))));
    return systemClock.monotonic() - began;
  } finally {
    await Promise.all(sandboxes.map((id) => limiter.run(() => remove(id))));
    runtime.close();
    rmSync(logDirectory, { recursive: true, force: true });
  }
}
