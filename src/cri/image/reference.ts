// Image names in full: busybox is short for docker.io/library/busybox:latest, which is what a runtime stores.

/** The name with its registry and, unless it has a tag or digest, the tag latest. */
export function normalizeReference(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  const path = hasRegistry ? rest.join('/') : name;
  const full = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const tagged = full.includes('@') || /:[^/]*$/.test(full);
  return `${registry}/${full}${tagged ? '' : ':latest'}`;
}
