// Machines that drop what they forward (Docker sets that policy) would cut nodes off, from each other too: bridged
// packets pass the same chain. There, and only there, the cluster's bridge is let through iptables' FORWARD chain.
import type { NodesPlan } from './plan.ts';
import { hostShell } from './shell.ts';

/** The word of nftables, and the program that reads rules of the family. */
const FAMILIES = [
  { word: 'ip', restore: 'iptables-restore' },
  { word: 'ip6', restore: 'ip6tables-restore' },
] as const;

type Chains = (typeof FAMILIES)[number];

export async function openForwarding(plan: NodesPlan): Promise<void> {
  for (const family of FAMILIES) {
    if (!plan.networks.some(({ word }) => word === family.word)) continue;
    const text = await chainOf(family);
    if (!/policy drop/.test(text)) continue;
    await close(plan, family, text);
    await edit(
      family,
      rules(plan).map((rule) => `-I FORWARD 1 ${rule}`),
    );
  }
}

/** Takes the rules out again, of every family: the cluster may have had others at an earlier start. */
export async function closeForwarding(plan: NodesPlan): Promise<void> {
  for (const family of FAMILIES) await close(plan, family, await chainOf(family));
}

/** Empty where there is none. */
const chainOf = async ({ word }: Chains): Promise<string> =>
  (await hostShell.tryExec(['nft', 'list', 'chain', word, 'filter', 'FORWARD'])).stdout;

async function close(plan: NodesPlan, family: Chains, text: string): Promise<void> {
  if (!text.includes(`"${bridgeOf(plan)}"`)) return;
  await edit(
    family,
    rules(plan).map((rule) => `-D FORWARD ${rule}`),
  );
}

function rules(plan: NodesPlan): string[] {
  const bridge = bridgeOf(plan);
  return [`-i ${bridge} -j ACCEPT`, `-o ${bridge} -j ACCEPT`];
}

function bridgeOf(plan: NodesPlan): string {
  return plan.bridge ?? plan.nodes[0]!.podBridge;
}

async function edit({ restore }: Chains, lines: readonly string[]): Promise<void> {
  await hostShell.exec([restore, '--noflush'], { input: `*filter\n${lines.join('\n')}\nCOMMIT\n` });
}
