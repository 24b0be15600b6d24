// Containers of a pod template by a pattern with stars. Pure; called by `set env` and `set resources`.

/**
 * Upstream's pattern is looser than that of a shell: text before a star may stand anywhere in the name (`b*` also means `abc`).
 */
export function matchesPattern(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.includes('*')) return name === pattern;
  const parts = pattern.split('*');
  let from = 0;
  for (const [i, part] of parts.entries()) {
    if (part === '') continue;
    const next = name.slice(from).indexOf(part);
    if (next < from) return false;
    if (i === parts.length - 1 && name.length !== part.length + next) return false;
    from = next;
  }
  return true;
}
