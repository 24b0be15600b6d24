// Host ports of pods in the machine's own namespaces: CNI's portmap writes them into iptables' nat table, and only it
// takes them back. When its pods were killed rather than stopped, teardown removes those of the cluster's networks.
import { hostShell } from '../shell.ts';

const SHARED = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-MASQ', 'CNI-HOSTPORT-SETMARK'];

/** Input for `iptables-restore --noflush` that removes the mappings of networks named `prefix`…; '' when none is there. */
export function removalOf(saved: string, prefix: string): string {
  const lines = saved.split('\n');
  const jumps = lines.filter(
    (l) => l.startsWith('-A CNI-HOSTPORT-DNAT ') && l.includes(`name: \\"${prefix}`),
  );
  const chains = jumps.map((l) => l.split(' -j ')[1]!.trim());
  const others = lines.some((l) => l.startsWith('-A CNI-HOSTPORT-DNAT ') && !jumps.includes(l));
  const declared = SHARED.filter((c) => lines.some((l) => l.startsWith(`:${c} `)));
  const unused = others || !lines.some((l) => l.startsWith(':CNI-HOSTPORT-DNAT ')) ? [] : declared;
  const uses = lines.filter(
    (l) => /^-A (PREROUTING|OUTPUT|POSTROUTING) /.test(l) && unused.some((c) => l.endsWith(`-j ${c}`)),
  );
  if (chains.length + unused.length === 0) return '';
  const deletions = [...jumps, ...uses].map((l) => l.replace('-A', '-D'));
  const gone = [...chains, ...unused];
  return `${['*nat', ...deletions, ...gone.map((c) => `-F ${c}`), ...gone.map((c) => `-X ${c}`), 'COMMIT'].join('\n')}\n`;
}

/** True when nothing but the empty chains that iptables starts with is left. */
export function isBlank(saved: string): boolean {
  const lines = saved.split('\n').filter((l) => /^[-:]/.test(l));
  return lines.every((l) => /^:(PREROUTING|INPUT|OUTPUT|POSTROUTING) ACCEPT/.test(l));
}

/** As nftables calls the family, and how iptables' programs for it begin. */
const FAMILIES = { ip: 'iptables', ip6: 'ip6tables' } as const;

export async function removePortMappings(prefix: string): Promise<void> {
  const tables = (await hostShell.tryExec(['nft', 'list', 'tables'])).stdout.split('\n');
  for (const [word, programs] of Object.entries(FAMILIES))
    if (tables.includes(`table ${word} nat`)) await removeFrom(word, programs, prefix);
}

async function removeFrom(word: string, programs: string, prefix: string): Promise<void> {
  const saved = async () => (await hostShell.tryExec([`${programs}-save`, '-t', 'nat'])).stdout;
  const input = removalOf(await saved(), prefix);
  if (!input) return;
  await hostShell.tryExec([`${programs}-restore`, '--noflush'], { input });
  if (isBlank(await saved())) await hostShell.tryExec(['nft', 'delete', 'table', word, 'nat']);
}
