// Which credential plugins a person lets run, by the kuberc file. Pure; asked by target.ts before one is started.

export interface PluginPolicy {
  /** AllowAll, DenyAll or Allowlist. */
  readonly policy: string;
  /** Of Allowlist: paths, or names of programs. */
  readonly commands: readonly string[];
}

/** Undefined when the program may run; a name without slashes stands for the program of that name anywhere. */
export function refusal(command: string, plugins: PluginPolicy | undefined): string | undefined {
  if (!plugins || plugins.policy === 'AllowAll') return undefined;
  if (plugins.policy === 'DenyAll')
    return `plugin ${JSON.stringify(command)} not allowed: policy set to "DenyAll"`;
  const allowed = plugins.commands.some(
    (one) => one === command || (!one.includes('/') && command.slice(command.lastIndexOf('/') + 1) === one),
  );
  return allowed
    ? undefined
    : `plugin ${JSON.stringify(command)} is not permitted by the credential plugin allowlist`;
}
