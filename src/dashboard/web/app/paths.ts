// Which page a path shows: `/o/:group/:name` matches two parts. Pure.

export type Params = Readonly<Record<string, string>>;

/** The parameters, if `path` fits the pattern. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decode(parts[i]!);
    else if (part !== parts[i]) return undefined;
  }
  return params;
}

/** What is no escape is kept as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
