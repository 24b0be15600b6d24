// Machines that drop what they forward (Docker sets that policy) would cut nodes off, from each other too: bridged
// packets pass the same chain. There, and only there, the cluster's bridge is let through iptables' FORWARD chain.
import type { NodesPlan } from './plan.ts';
import { hostShell } from './shell.ts';

export async function openForwarding(plan: NodesPlan): Promise<void> {
  const chain = await hostShell.tryExec(['nft', 'list', 'chain', 'ip', 'filter', 'FORWARD']);
  if (!/policy drop/.test(chain.stdout)) return;
  await closeForwarding(plan, chain.stdout);
  await edit(rules(plan).map((rule) => `-I FORWARD 1 ${rule}`));
}

/** Takes the rules out again; `known` is the chain's text when it was just read. */
export async function closeForwarding(plan: NodesPlan, known?: string): Promise<void> {
  const text = known ?? (await hostShell.tryExec(['nft', 'list', 'chain', 'ip', 'filter', 'FORWARD'])).stdout;
  if (!text.includes(`"${bridgeOf(plan)}"`)) return;
  await edit(rules(plan).map((rule) => `-D FORWARD ${rule}`));
}

function rules(plan: NodesPlan): string[] {
  const bridge = bridgeOf(plan);
  return [`-i ${bridge} -j ACCEPT`, `-o ${bridge} -j ACCEPT`];
}

function bridgeOf(plan: NodesPlan): string {
  return plan.bridge ?? plan.nodes[0]!.podBridge;
}

async function edit(lines: readonly string[]): Promise<void> {
  await hostShell.exec(['iptables-restore', '--noflush'], {
    input: `*filter\n${lines.join('\n')}\nCOMMIT\n`,
  });
}
