// Reads the kernel's entries and applies changes to them, through `ip`, `bridge` and `wg` in the node's namespaces.
import type { NodeExec } from '../node-exec.ts';
import type { Changes, Identity, Step } from './changes.ts';
import { type Observed, observedOf, READ_IPV6_ROUTES, READ_LINKS } from './observed.ts';

export async function readKernel(exec: NodeExec, { device, metric }: Identity): Promise<Observed> {
  const [links, ipv6Routes] = await Promise.all([
    exec(['ip', '-json', '-details', '-batch', '-'], { input: READ_LINKS }),
    // A kernel without IPv6 has no such routes.
    exec(['ip', '-6', '-json', '-batch', '-'], { input: READ_IPV6_ROUTES }).catch(() => ''),
  ]);
  const without = observedOf({ links, ipv6Routes, forwarding: '', device, metric });
  if (!without.links.some(({ name, kind }) => name === device && kind === 'vxlan')) return without;
  const forwarding = await exec(['bridge', '-json', 'fdb', 'show', 'dev', device]);
  return observedOf({ links, ipv6Routes, forwarding, device, metric });
}

/** `between` comes when the device is there and no route leads to it yet. Rejects when a line failed; the others were done. */
export async function changeKernel(
  exec: NodeExec,
  { first, last }: Changes,
  between: () => Promise<void>,
): Promise<void> {
  const failed: unknown[] = [];
  const run = (steps: readonly Step[]) =>
    steps.reduce(
      (before, { program, lines }) =>
        before
          .then(() => exec([program, '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` }))
          .then(
            () => undefined,
            (error: unknown) => void failed.push(error),
          ),
      Promise.resolve(),
    );
  await run(first);
  await between().catch((error: unknown) => failed.push(error));
  await run(last);
  if (failed.length > 0) throw failed[0];
}
