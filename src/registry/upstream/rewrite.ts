// Names of repositories at mirrors, by the patterns of registries.yaml. In Go's syntax, as k3s has them, and in linear time.
import { loadPatterns, Patterns } from '../../api/schema/re2.ts';
import { isRepository } from '../names.ts';
import { type Endpoint, mirrorOf } from './endpoints.ts';
import type { Registries } from './registries-file.ts';

const patterns = new Patterns(1_000);

/** The first pattern that matches counts. What is no name of a repository afterwards stays as it was. */
export async function rewriter(
  registries: Registries,
  host: string,
  name: string,
): Promise<(endpoint: Endpoint) => string> {
  const { rewrites = [] } = mirrorOf(registries, host) ?? {};
  if (rewrites.length === 0) return () => name;
  await loadPatterns();
  let renamed = name;
  for (const { pattern, replacement } of rewrites) {
    const compiled = patterns.compile(pattern);
    if (compiled instanceof Error) continue;
    const matcher = compiled.matcher(name);
    if (!matcher.find()) continue;
    renamed = matcher.replaceAll(replacement);
    break;
  }
  const used = isRepository(renamed) ? renamed : name;
  return ({ isMirror }) => (isMirror ? used : name);
}
