// The Warning headers of a reply, of limited length: texts name fields that the client chose. Called by the request pipeline.
// Upstream: apiserver/pkg/endpoints/filters/warning.go.

/** Characters of all warnings together; above it, each is shortened and the rest is dropped (upstream: truncateAtTotalRunes). */
const MOST_TOGETHER = 4 * 1024;
/** Warnings that are kept: as many as are shown if each has a single character. */
export const MOST_WARNINGS = MOST_TOGETHER;
/** Characters of one warning once they are shortened (upstream: truncateItemRunes). */
const MOST_EACH = 256;

export function warningHeaders(warnings: readonly string[]): string[] {
  const together = warnings.reduce((sum, { length }) => sum + length, 0);
  if (together <= MOST_TOGETHER) return warnings.map(warningText);
  const headers: string[] = [];
  let left = MOST_TOGETHER;
  for (const warning of warnings) {
    const text = warning.slice(0, MOST_EACH);
    if (text.length > left) break;
    left -= text.length;
    headers.push(warningText(text));
  }
  return headers;
}

/** RFC 7234: code 299, no agent, the text quoted. */
const warningText = (text: string): string =>
  `299 - "${text.replace(/\p{Cc}/gu, ' ').replace(/[\\"]/g, '\\$&')}"`;
