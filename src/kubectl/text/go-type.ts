// How Go prints the type of an object, which messages contain: *v1.Service. Pure.

export function goTypeOf({ apiVersion = '', kind = '' }: { apiVersion?: string; kind?: string }): string {
  return `*${apiVersion.slice(apiVersion.indexOf('/') + 1)}.${kind}`;
}
