// Matches the regular expressions of schemas, in Go's RE2 syntax and in linear time: users write them, and a backtracking
// engine could be blocked by one. The engine is loaded only if there are custom kinds, to keep the server's start short.
// Called by validate.ts.
import type { RE2JS } from 're2js';

let engine: typeof RE2JS | undefined;
const compiled = new Map<string, RE2JS | undefined>();

/** Must have resolved before a custom object is validated: admission of a definition and start() await it. */
export async function loadPatterns(): Promise<void> {
  engine ??= (await import('re2js')).RE2JS;
}

/** A pattern that cannot be compiled matches everything. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!engine) throw new Error('patterns have not been loaded');
  if (!compiled.has(pattern)) compiled.set(pattern, compile(engine, pattern));
  return compiled.get(pattern)?.matcher(text).find() ?? true;
}

function compile(re2: typeof RE2JS, pattern: string): RE2JS | undefined {
  try {
    return re2.compile(pattern);
  } catch {
    return undefined;
  }
}
