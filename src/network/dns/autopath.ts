// What CoreDNS' autopath does: a name that a pod's resolver made with the first of its search domains is answered with what the rest
// of the list would find, so that one query does for five. Off unless the ConfigMap kube-dns switches it on. Pure; called by the resolver.
import { isName } from './message/name.ts';

export interface AutopathOptions {
  readonly domain: string;
  /** The namespace of the pod with an address. */
  readonly namespaceAt: (address: string) => string | undefined;
  /** The node's own search domains, which follow those of the cluster in a pod's list. */
  readonly nodeSearches: () => readonly string[];
}

/** The names that the client's resolver would try next; undefined when it did not search. */
export function searchedNames(
  { domain, namespaceAt, nodeSearches }: AutopathOptions,
  name: string,
  client: string,
): string[] | undefined {
  const namespace = namespaceAt(client);
  const suffix = `.${namespace}.svc.${domain}`;
  if (namespace === undefined || !name.endsWith(suffix)) return undefined;
  const base = name.slice(0, -suffix.length);
  const searches = [`svc.${domain}`, domain, ...nodeSearches()];
  return [...searches.map((search) => `${base}.${search}`), base].filter(isName);
}
