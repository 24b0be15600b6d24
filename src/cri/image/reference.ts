// Image names in full: busybox is short for docker.io/library/busybox:latest, which is what a runtime stores.

/** The name with its registry and, unless it has a tag or digest, the tag latest. */
export function normalizeReference(name: string): string {
  const slash = name.indexOf('/');
  const first = slash < 0 ? name : name.slice(0, slash);
  const hasRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = hasRegistry ? name.slice(slash + 1) : name;
  const full = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const tagged = full.includes('@') || full.lastIndexOf(':') > full.lastIndexOf('/');
  return `${registry}/${full}${tagged ? '' : ':latest'}`;
}
