// The TokenRequest that `create token` makes of its flags. Pure; called by the command.

export interface TokenFlags {
  readonly audiences: readonly string[];
  /** 0 leaves it to the server. */
  readonly durationMs: number;
  readonly boundKind: string;
  readonly boundName: string;
  readonly boundUid: string;
}

const BOUND_KINDS = ['Node', 'Pod', 'Secret'];

export function tokenRequestOf(flags: TokenFlags): object {
  check(flags);
  const { audiences, durationMs, boundKind: kind, boundName: name, boundUid: uid } = flags;
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: {},
    spec: {
      audiences: [...audiences],
      ...(durationMs > 0 && { expirationSeconds: durationMs / 1000 }),
      ...(kind && { boundObjectRef: { kind, apiVersion: 'v1', name, ...(uid && { uid }) } }),
    },
  };
}

function check({ audiences, durationMs, boundKind, boundName, boundUid }: TokenFlags): void {
  if (durationMs < 0) throw new Error('--duration must be greater than or equal to 0');
  if (durationMs % 1000 !== 0) throw new Error('--duration cannot be expressed in units less than seconds');
  if (audiences.includes('')) throw new Error('--audience must not be an empty string');
  if (boundKind === '') {
    if (boundName !== '')
      throw new Error('--bound-object-name can only be set if --bound-object-kind is provided');
    if (boundUid !== '')
      throw new Error('--bound-object-uid can only be set if --bound-object-kind is provided');
    return;
  }
  if (!BOUND_KINDS.includes(boundKind))
    throw new Error(`supported --bound-object-kind values are ${BOUND_KINDS.join(', ')}`);
  if (boundName === '') throw new Error('--bound-object-name is required if --bound-object-kind is provided');
}
