// Shuffle sharding: each flow is dealt a hand of queues, by a hash of its identity. Two flows seldom share a whole hand, so a
// flow that fills its own queues leaves at least one queue to nearly every other flow. Called by fair-queues.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/shufflesharding.
import { createHash } from 'node:crypto';

/** The identity of a flow: its FlowSchema and the value that distinguishes flows within the schema. */
export function flowHash(schema: string, distinguisher: string): bigint {
  return createHash('sha256').update(`${schema}\0${distinguisher}`).digest().readBigUInt64LE();
}

/** `handSize` different queue numbers below `deckSize`. The hash is consumed as a number in mixed radix: its remainders choose
 *  among the cards that are left. */
export function deal(hash: bigint, deckSize: number, handSize: number): number[] {
  const hand: number[] = [];
  let rest = hash;
  for (let dealt = 0; dealt < Math.min(handSize, deckSize); dealt++) {
    const left = BigInt(deckSize - dealt);
    hand.push(cardAt(Number(rest % left), hand));
    rest /= left;
  }
  return hand;
}

/** The card at a position among those not dealt yet. */
function cardAt(position: number, dealt: readonly number[]): number {
  let card = position;
  for (const taken of [...dealt].sort((a, b) => a - b)) if (card >= taken) card++;
  return card;
}
