// The conntrack flows to delete after a change: UDP flows outlive their endpoint, and the kernel would go on sending a client's
// packets to a pod that is gone. Pure; proxy.ts runs the commands.
import type { AddressFamily } from '../family.ts';
import type { Rules } from './rules.ts';

/** `conntrack` commands for the UDP backends that are in `before` and not in `after`. */
export function staleFlows(family: AddressFamily, before: Rules, after: Rules): string[][] {
  const commands: string[][] = [];
  for (const map of ['eps', 'npeps'] as const) {
    const kept = backends(after, map);
    for (const flow of backends(before, map)) if (!kept.has(flow)) commands.push(command(family, map, flow));
  }
  return commands;
}

/** Every UDP backend, as `frontend key|backend`. */
function backends(rules: Rules, map: 'eps' | 'npeps'): Set<string> {
  const found = new Set<string>();
  for (const [key, value] of rules.elements.get(map) ?? [])
    if (key.includes('udp . ')) found.add(`${key.slice(0, key.lastIndexOf(' . '))}|${value.split(' . ')[0]}`);
  return found;
}

function command(family: AddressFamily, map: 'eps' | 'npeps', flow: string): string[] {
  const [frontend = '', backend = ''] = flow.split('|');
  const parts = frontend.split(' . ');
  const target = map === 'eps' ? ['--orig-dst', parts[0]!] : ['--orig-port-dst', parts[1]!];
  return ['conntrack', '-D', '-f', family.name.toLowerCase(), '-p', 'udp', ...target, '--dst-nat', backend];
}
