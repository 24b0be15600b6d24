// Which credential plugins a person lets run, by the kuberc file. Pure; asked by target.ts before one is started.

export interface PluginPolicy {
  /** AllowAll, DenyAll, Allowlist, or empty: as AllowAll. */
  readonly policy: string;
  /** Of Allowlist: paths, or names of programs. Undefined where the file has no list. */
  readonly commands: readonly string[] | undefined;
}

/** Undefined when the program may run; a name without slashes stands for the program of that name anywhere. */
export function refusal(command: string, plugins: PluginPolicy | undefined): string | undefined {
  if (!plugins) return undefined;
  const fault = faultOf(plugins);
  if (fault) return fault;
  if (plugins.policy === 'AllowAll' || plugins.policy === '') return undefined;
  if (plugins.policy === 'DenyAll')
    return `plugin ${JSON.stringify(command)} not allowed: policy set to "DenyAll"`;
  const allowed = (plugins.commands ?? []).some(
    (one) => one === command || (!one.includes('/') && command.slice(command.lastIndexOf('/') + 1) === one),
  );
  return allowed
    ? undefined
    : `plugin ${JSON.stringify(command)} is not permitted by the credential plugin allowlist`;
}

/** No plugin runs by a policy that contradicts itself. */
function faultOf({ policy, commands }: PluginPolicy): string | undefined {
  const isListed = policy === 'Allowlist';
  if (!isListed && commands)
    return `misconfigured credential plugin allowlist: plugin policy is "${policy}" but allowlist is non-nil`;
  if (!isListed) return undefined;
  if (!commands) return 'credential plugin policy set to "Allowlist", but allowlist is unspecified';
  if (commands.length === 0)
    return 'credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead';
  const empty = commands.indexOf('');
  return empty < 0
    ? undefined
    : `misconfigured credential plugin allowlist: empty allowlist entry #${empty + 1}`;
}
