// Regular expressions in a kustomization: names in selectors, and image names. RE2, so that none takes long.
import { loadPatterns, Patterns } from '../../api/schema/re2.ts';

const LONGEST = 4_096;
const patterns = new Patterns(1_000);

export { loadPatterns };

/** An empty pattern matches everything; another has to match all of the text. */
export const matchesPattern = (pattern: string | undefined, text: string): boolean =>
  !pattern || finds(`^(?:${pattern})$`, text);

/** Whether the pattern matches a part of the text. */
export function finds(pattern: string, text: string): boolean {
  if (pattern.length > LONGEST) throw new Error(`a pattern has more than ${LONGEST} characters`);
  const compiled = patterns.compile(pattern);
  if (compiled instanceof Error) throw new Error(`error parsing regexp: ${compiled.message}`);
  return compiled.matcher(text).find();
}
