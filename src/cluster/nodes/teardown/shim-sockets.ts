// The sockets of a cluster's shims, which a killed shim leaves behind. Nodes with a mount namespace have a /run/containerd of
// their own, which goes with it; in host mode they lie among those of the machine's other containerds. Called by destroy.ts.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodesPlan } from '../plan.ts';

const DIRECTORY = '/run/containerd/s';

/**
 * Of bundles, which tell the address, and of shims that run: one whose containerd was killed while it started may have no
 * bundle any more. To be read before the shims are killed.
 */
export async function shimSockets(plan: NodesPlan): Promise<string[]> {
  const bundles = await Promise.all((await bundlesOf(plan)).map((bundle) => addressIn(bundle)));
  const commands = await Promise.all(
    (await readdir('/proc'))
      .filter((pid) => Number(pid) > 0)
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  const sockets = plan.nodes.map(({ socket }) => socket);
  const shims = commands.map((command) => socketOfShim(command.split('\0'), sockets));
  return [...new Set([...bundles, ...shims].filter((path) => path !== undefined))];
}

/** Folders in which containerd keeps what it knows of running containers, by container id. */
export async function bundlesOf(plan: NodesPlan): Promise<string[]> {
  const found = plan.nodes.map(async (node) => {
    const directory = join(node.directory, 'containerd/state/io.containerd.runtime.v2.task/k8s.io');
    return (await readdir(directory).catch(() => [])).map((id) => join(directory, id));
  });
  return (await Promise.all(found)).flat();
}

async function addressIn(bundle: string): Promise<string | undefined> {
  const address = await readFile(join(bundle, 'address'), 'utf8').catch(() => '');
  return address.startsWith('unix://') ? address.slice('unix://'.length) : undefined;
}

/** Of a shim that works for a containerd on one of `sockets`; the name is the one that containerd 1.6 and later choose. */
export function socketOfShim(command: readonly string[], sockets: readonly string[]): string | undefined {
  if (!command[0]?.endsWith('/containerd-shim-runc-v2')) return undefined;
  const after = (flag: string) => command[command.indexOf(flag) + 1] ?? '';
  const [address, namespace, id] = [after('-address'), after('-namespace'), after('-id')];
  if (!sockets.includes(address)) return undefined;
  const name = createHash('sha256')
    .update(join(address, namespace, id))
    .digest('hex');
  return join(DIRECTORY, name);
}
