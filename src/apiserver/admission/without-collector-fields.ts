/** An object without what the garbage collector and controllers change: updates of only these fields need no right to what the
 *  object grants or states. Upstream: IsOnlyMutatingGCFields (pkg/registry/rbac/helpers.go). */
export function withoutCollectorFields(object: object): unknown {
  const { metadata, ...rest } = object as { metadata: Record<string, unknown> };
  const { finalizers, ownerReferences, managedFields, resourceVersion, generation, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
