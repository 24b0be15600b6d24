// Thrown for a malformed selector. The API server returns 400 with this message.
export class SelectorError extends Error {}

/** Characters of a selector's text. A request's headers, which contain it, are shorter. */
const LONGEST_SELECTOR = 64 * 1024;

export function checkLength(text: string): void {
  if (text.length > LONGEST_SELECTOR)
    throw new SelectorError(`selector is longer than ${LONGEST_SELECTOR} characters`);
}
