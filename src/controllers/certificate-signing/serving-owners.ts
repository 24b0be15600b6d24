// Whose an address is that several Nodes show, one of which may lie: the one for which it was approved before, else the one whose request came
// from it. Of two with the same evidence neither. Pure. Called by serving-names.ts and serving-approver.ts.
import { type Address, addressOf } from '../../api/addresses/prefix.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { labelsOf } from '../../api/meta/v1/object.ts';
import { addressLabel, addressLabels, type Evidence } from '../../api/nodes/serving-addresses.ts';

/** Whoever has one address more than these waits for an administrator: each costs a label. */
export const MOST_ADDRESSES = 16;

const NONE = 0;
const CLAIMED = 1;
const SEEN_NOW = 2;
const SEEN = 3;

const rankOf = (node: Readonly<Node>, address: Address): number => {
  const evidence = labelsOf(node)[addressLabel(address)];
  return evidence === 'seen' ? SEEN : evidence === 'claimed' ? CLAIMED : NONE;
};

/** `peer`: where the node's request came from. `others`: the other Nodes that show the address. */
export function isOwner(
  address: Address,
  node: Readonly<Node>,
  others: readonly Readonly<Node>[],
  peer: Address | undefined,
): boolean {
  if (others.length === 0) return true;
  const own = Math.max(rankOf(node, address), same(peer, address) ? SEEN_NOW : NONE);
  return others.every((other) => own > rankOf(other, address));
}

/** The labels that say that the addresses were approved; undefined if the Node has them. */
export function approvedLabels(
  addresses: readonly Address[],
  node: Readonly<Node>,
  peer: Address | undefined,
): Record<string, Evidence> | undefined {
  const wanted = addresses.map((address): [string, Evidence] => {
    const isSeen = same(peer, address) || rankOf(node, address) === SEEN;
    return [addressLabel(address), isSeen ? 'seen' : 'claimed'];
  });
  const news = wanted.filter(([key, evidence]) => labelsOf(node)[key] !== evidence);
  return news.length > 0 ? Object.fromEntries(news) : undefined;
}

/** Labels of addresses that the Node shows no longer: somebody else may get these. */
export function staleLabels(node: Readonly<Node>): string[] {
  const shown = new Set(
    (node.status?.addresses ?? []).flatMap((one) => {
      const address = addressOf(one.address);
      return address ? [addressLabel(address)] : [];
    }),
  );
  return addressLabels(node.metadata.labels).filter((key) => !shown.has(key));
}

export const same = (one: Address | undefined, other: Address | undefined): boolean =>
  one !== undefined && other !== undefined && one.family === other.family && one.value === other.value;
