// `kubectl kuberc set`: adds or replaces an entry of the kuberc file.
import { existsSync } from 'node:fs';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, type FlagValues, stringArrayFlag, stringFlag } from '../../command/flag.ts';
import { globalFlags } from '../../command/global-flags.ts';
import { combined } from '../../errors/errors.ts';
import {
  EMPTY,
  type FlagDefault,
  loadPreferences,
  type Preferences,
  placeOf,
  savePreferences,
} from '../../kuberc/preferences.ts';

const flags = {
  kuberc: globalFlags.kuberc,
  section: stringFlag('', "Section to modify: 'defaults', 'aliases', or 'credentialplugin'", {
    required: true,
  }),
  command: stringFlag('', "Command to configure (e.g., 'get', 'create', 'set env')"),
  name: stringFlag('', 'Alias name (required for --section=aliases)'),
  policy: stringFlag(
    '',
    "Plugin policy to use for exec credential plugins, must be one of 'AllowAll', 'DenyAll' or 'Allowlist'",
  ),
  option: stringArrayFlag('Flag option in the form flag=value (can be specified multiple times)'),
  prependarg: stringArrayFlag(
    'Argument to prepend to the command (can be specified multiple times, for aliases only)',
  ),
  appendarg: stringArrayFlag(
    'Argument to append to the command (can be specified multiple times, for aliases only)',
  ),
  'allowlist-entry': stringArrayFlag(
    'Allowlist entry the form field=value (can be specified multiple times)',
  ),
  overwrite: boolFlag(false, 'Allow overwriting existing entries'),
};

type Given = FlagValues<typeof flags>;

export default defineCommand({
  use: 'set --section (defaults|aliases) --command COMMAND',
  long: 'Set values in the kuberc configuration file: defaults of flags, aliases of commands, and which credential plugins may run.',
  examples: `# Set default output format for 'get' command
kubectl kuberc set --section defaults --command get --option output=wide

# Create an alias 'getn' for 'get' command with prepended 'nodes' resource
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide

# Overwrite an existing default
kubectl kuberc set --section defaults --command get --option output=json --overwrite

# Set the credential plugin policy and allowlist
kubectl kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=cloud-credential-helper`,
  flags,
  async run({ flags: given, io }) {
    const place = placeOf(given.kuberc, io);
    if (!place) throw new Error('KUBERC is disabled via KUBERC=off environment variable');
    check(given);
    const before = existsSync(place.path) ? (loadPreferences(place.path).preferences ?? EMPTY) : EMPTY;
    const options = given.option.map(optionOf);
    let after: Preferences;
    if (given.section === 'defaults') after = withDefaults(before, given, options);
    else if (given.section === 'aliases') after = withAlias(before, given, options);
    else after = withPolicy(before, given);
    savePreferences(place.path, after);
    io.out(`Updated ${place.path}\n`);
  },
});

function check(given: Given): void {
  const { section, name, policy } = given;
  if (!['defaults', 'aliases', 'credentialplugin'].includes(section))
    throw new Error(`--section must be "defaults", "aliases", or "credentialplugin", got: ${section}`);
  if (section === 'aliases' && name === '') throw new Error('--name is required when --section=aliases');
  if (section === 'defaults' && name !== '')
    throw new Error('--name should not be specified when --section=defaults');
  if (section === 'defaults' && given.prependarg.length + given.appendarg.length > 0)
    throw new Error('--prependarg and --appendarg are only valid for --section=aliases');
  if (section !== 'credentialplugin') {
    if (given.command === '')
      throw new Error('--command is required when --section=aliases or --section=defaults');
    return;
  }
  if (policy === '') throw new Error('--policy is required when --section=credentialplugin');
  const where = '--section=credentialplugin and --policy=Allowlist';
  if (!['AllowAll', 'DenyAll', 'Allowlist'].includes(policy))
    throw new Error(` --policy must be  "AllowAll", "DenyAll", or "Allowlist", got: ${policy}`);
  if (policy === 'Allowlist' && given['allowlist-entry'].length === 0)
    throw new Error(`--allowlist-entry is required when ${where}`);
  if (policy !== 'Allowlist' && given['allowlist-entry'].length > 0)
    throw new Error(`--allowlist-entry may only be used when ${where}`);
}

function optionOf(text: string): FlagDefault {
  const at = text.indexOf('=');
  if (at < 0) throw new Error(`invalid option format ${JSON.stringify(text)}, expected flag=value`);
  return { name: text.slice(0, at).replace(/^-{1,2}/, ''), default: text.slice(at + 1) };
}

function withDefaults(
  before: Preferences,
  { command, overwrite }: Given,
  options: readonly FlagDefault[],
): Preferences {
  const all = before.defaults ?? [];
  const old = all.find((one) => one.command === command);
  if (!old) return { ...before, defaults: [...all, { command, options }] };
  if (!overwrite)
    throw new Error(
      `defaults for command ${JSON.stringify(command)} already exist, use --overwrite to replace`,
    );
  const entry = { command, options: options.length > 0 ? options : old.options };
  return { ...before, defaults: all.map((one) => (one === old ? entry : one)) };
}

function withAlias(before: Preferences, given: Given, options: readonly FlagDefault[]): Preferences {
  const all = before.aliases ?? [];
  const old = all.find((one) => one.name === given.name);
  if (old && !given.overwrite)
    throw new Error(`alias ${JSON.stringify(given.name)} already exists, use --overwrite to replace`);
  const kept = <T>(now: readonly T[], then: readonly T[] | undefined) => (now.length > 0 ? now : then);
  const parts = {
    prependArgs: kept(given.prependarg, old?.prependArgs),
    appendArgs: kept(given.appendarg, old?.appendArgs),
    options: kept(options, old?.options),
  };
  const entry = {
    name: given.name,
    command: given.command,
    ...(parts.prependArgs?.length && { prependArgs: parts.prependArgs }),
    ...(parts.appendArgs?.length && { appendArgs: parts.appendArgs }),
    ...(parts.options?.length && { options: parts.options }),
  };
  return { ...before, aliases: old ? all.map((one) => (one === old ? entry : one)) : [...all, entry] };
}

function withPolicy(before: Preferences, { policy, 'allowlist-entry': entries }: Given): Preferences {
  if (policy !== 'Allowlist') return { ...before, credentialPluginPolicy: policy };
  const errors: Error[] = [];
  const allowed: { command: string }[] = [];
  for (const pair of entries.flatMap((entry) => entry.split(','))) {
    const at = pair.indexOf('=');
    const [field, value] = [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)];
    if (at < 0) errors.push(new Error(`improperly formatted allowlist entry: ${JSON.stringify(pair)}`));
    else if (field === 'name')
      errors.push(new Error('allowlist entry field "name" is deprecated, use "command" instead'));
    else if (field !== 'command')
      errors.push(new Error(`unrecognized allowlist entry field: ${JSON.stringify(field)}`));
    else if (value.trim() === '')
      errors.push(new Error('empty value in allowlist entry for field "command"'));
    else allowed.push({ command: value });
  }
  if (errors.length > 0) throw combined(errors);
  return { ...before, credentialPluginPolicy: policy, credentialPluginAllowlist: allowed };
}
