// Matches the regular expressions of schemas. Called by validate.ts, and by definition-checks.ts when a definition is written.
import { Patterns } from '../../api/schema/re2.ts';

/** Characters of one pattern; upstream has no limit. The longest in use (IPv6 addresses) have about 700. */
export const LONGEST_PATTERN = 2_048;

const patterns = new Patterns(10_000);

/** Why a pattern is no regular expression of RE2. */
export function patternError(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `expression is longer than ${LONGEST_PATTERN} characters`;
  const found = patterns.compile(pattern);
  return found instanceof Error ? found.message : undefined;
}

/** `spend` gets the cost beforehand: instructions of the pattern times characters of the text. A pattern that is no regular
 *  expression matches nothing: definitions with one were stored before they were refused. */
export function matchesPattern(pattern: string, text: string, spend: (cost: number) => void): boolean {
  if (pattern.length > LONGEST_PATTERN) return false;
  const found = patterns.compile(pattern);
  if (found instanceof Error) return false;
  spend(found.programSize() * text.length);
  return found.matcher(text).find();
}
