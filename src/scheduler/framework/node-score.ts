// The range of node scores, and the usual way into it.

export const MAX_NODE_SCORE = 100;

/** Scales to 0…100 by the largest score; with `reverse`, small raw scores become large (DefaultNormalizeScore). */
export function normalizeByLargest(scores: number[], reverse = false): void {
  let largest = 0;
  for (const score of scores) if (score > largest) largest = score;
  for (let i = 0; i < scores.length; i++) {
    const scaled = largest === 0 ? 0 : Math.floor((MAX_NODE_SCORE * scores[i]!) / largest);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
