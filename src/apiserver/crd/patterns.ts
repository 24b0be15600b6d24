// Regular expressions of users, in Go's syntax and in linear time. The engine is loaded only where custom kinds are: its
// module costs time that most clusters' start can do without.
import type { RE2JS } from 're2js';

let engine: typeof RE2JS | undefined;
const compiled = new Map<string, RE2JS | undefined>();

/** Must have resolved before a custom object is validated. */
export async function loadPatterns(): Promise<void> {
  engine ??= (await import('re2js')).RE2JS;
}

/** A pattern that nobody can compile matches everything. */
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
