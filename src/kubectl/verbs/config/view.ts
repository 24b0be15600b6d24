// `kubectl config view`: the configuration, with secrets left out unless they are asked for.
import { readFileSync } from 'node:fs';
import type { Kubeconfig } from '../../../client/kubeconfig/kubeconfig.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag } from '../../command/flag.ts';
import { printerOf, printFlags } from '../../printers/print-flags.ts';
import { configFiles, loadConfig } from '../../session/config-files.ts';
import { documentOf } from './document.ts';
import { ConfigStore, unionOf } from './store.ts';

export default defineCommand({
  use: 'view [flags]',
  long: `Display merged kubeconfig settings or a specified kubeconfig file.

 You can use --output jsonpath={...} to extract specific values using a jsonpath expression.`,
  examples: `# Show merged kubeconfig settings
kubectl config view

# Show merged kubeconfig settings, raw certificate data, and exposed secrets
kubectl config view --raw

# Get the password for the e2e user
kubectl config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'`,
  flags: {
    ...printFlags,
    output: { ...printFlags.output, initial: 'yaml', shown: 'yaml' },
    merge: boolFlag(true, 'Merge the full hierarchy of kubeconfig files'),
    raw: boolFlag(false, 'Display raw byte data and sensitive data'),
    flatten: boolFlag(
      false,
      'Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)',
    ),
    minify: boolFlag(false, 'Remove all information not used by current-context from the output'),
  },
  async run({ args, flags, io, session, usageError }) {
    if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`);
    if (!flags.merge && !session.flags.kubeconfig)
      throw new Error('if merge==false a precise file must be specified');
    const printer = await printerOf(
      {
        output: flags.output,
        template: flags.template,
        allowMissingTemplateKeys: flags['allow-missing-template-keys'],
        showManagedFields: flags['show-managed-fields'],
      },
      { cwd: io.cwd, env: io.env, keepOrder: true },
    );
    const { paths } = configFiles(io, session.flags.kubeconfig);
    let config = flags.flatten
      ? loadConfig({ paths, explicit: false })
      : unionOf(new ConfigStore(io, session.flags));
    if (flags.minify) config = minified(config, session.flags.context);
    if (flags.flatten) config = flattened(config);
    else if (!flags.raw) config = redacted(config);
    printer.print(documentOf(config), { write: (text) => io.out(text) });
  },
});

function minified(config: Kubeconfig, wanted: string): Kubeconfig {
  const current = wanted || config['current-context'];
  if (!current) throw new Error('current-context must exist in order to minify');
  const context = config.contexts.find(({ name }) => name === current);
  if (!context) throw new Error(`cannot locate context ${current}`);
  const { cluster, user } = context.context;
  const only = <T extends { name: string }>(entries: readonly T[], name: string, what: string): T[] => {
    if (!name) return [];
    const found = entries.find((entry) => entry.name === name);
    if (!found) throw new Error(`cannot locate ${what} ${name}`);
    return [found];
  };
  return {
    ...config,
    'current-context': current,
    contexts: [context],
    clusters: only(config.clusters, cluster, 'cluster'),
    users: only(config.users, user, 'user'),
  };
}

const FILES = ['certificate-authority', 'client-certificate', 'client-key'];
const SECRETS: Readonly<Record<string, string>> = {
  'certificate-authority-data': 'DATA+OMITTED',
  'client-certificate-data': 'DATA+OMITTED',
  'client-key-data': 'DATA+OMITTED',
  token: 'REDACTED',
  password: 'REDACTED',
};

function flattened(config: Kubeconfig): Kubeconfig {
  return changed(config, (entry) => {
    for (const field of FILES) {
      const path = entry[field];
      if (typeof path !== 'string' || path === '') continue;
      entry[`${field}-data`] ??= readFileSync(path).toString('base64');
      delete entry[field];
    }
  });
}

function redacted(config: Kubeconfig): Kubeconfig {
  return changed(config, (entry) => {
    for (const [field, shown] of Object.entries(SECRETS)) if (entry[field]) entry[field] = shown;
  });
}

function changed(config: Kubeconfig, change: (entry: Record<string, unknown>) => void): Kubeconfig {
  const copy = <T extends object>(entry: T | undefined): T => {
    const out = { ...entry } as T & Record<string, unknown>;
    change(out);
    return out;
  };
  return {
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({ name, cluster: copy(cluster) })),
    users: config.users.map(({ name, user }) => ({ name, user: copy(user) })),
  };
}
