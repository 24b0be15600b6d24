// `kubectl config set-context`, `use-context` and `rename-context`.
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { completionOf } from './completion.ts';
import { ConfigStore, type Entry } from './store.ts';

export const setContext = defineCommand({
  use: 'set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]',
  long: `Set a context entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values for those fields.`,
  examples: `# Set the user field on the gce context entry without touching other values
kubectl config set-context gce --user=cluster-admin`,
  flags: {
    current: boolFlag(false, 'Modify the current context'),
    cluster: stringFlag('', 'cluster for the context entry in kubeconfig'),
    user: stringFlag('', 'user for the context entry in kubeconfig'),
    namespace: stringFlag('', 'namespace for the context entry in kubeconfig', { short: 'n' }),
  },
  complete: completionOf('contexts'),
  async run({ args, flags, changed, io, session, help }) {
    if (args.length > 1) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    const given = args[0] ?? '';
    if (given === '' && !flags.current)
      throw new Error('you must specify a non-empty context name or --current');
    if (given !== '' && flags.current)
      throw new Error('you cannot specify both a context name and --current');
    const store = new ConfigStore(io, session.flags);
    const name = flags.current ? store.current() : given;
    if (name === '') throw new Error('no current context is set');
    const before = store.entries('contexts').get(name);
    const after: Entry = { ...before };
    for (const field of ['cluster', 'user', 'namespace'] as const)
      if (changed(field)) after[field] = flags[field];
    store.put('contexts', name, after);
    io.out(`Context ${JSON.stringify(name)} ${before ? 'modified' : 'created'}.\n`);
  },
});

export const useContext = defineCommand({
  use: 'use-context CONTEXT_NAME',
  long: 'Set the current-context in a kubeconfig file.',
  examples: '# Use the context for the minikube cluster\nkubectl config use-context minikube',
  complete: completionOf('contexts'),
  async run({ args, io, session, help }) {
    const [name] = args;
    if (name === undefined || args.length !== 1) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    if (name === '') throw new Error('empty context names are not allowed');
    const store = new ConfigStore(io, session.flags);
    if (!store.entries('contexts').has(name))
      throw new Error(`no context exists with the name: ${JSON.stringify(name)}`);
    store.setCurrent(name);
    io.out(`Switched to context ${JSON.stringify(name)}.\n`);
  },
});

export const renameContext = defineCommand({
  use: 'rename-context CONTEXT_NAME NEW_NAME',
  long: `Renames a context from the kubeconfig file.

 CONTEXT_NAME is the context name that you want to change.

 NEW_NAME is the new name you want to set.

 Note: If the context being renamed is the 'current-context', this field will also be updated.`,
  examples: `# Rename the context 'old-name' to 'new-name' in your kubeconfig file
kubectl config rename-context old-name new-name`,
  complete: completionOf('contexts'),
  async run({ args, io, session, help }) {
    const [from, to] = args;
    if (from === undefined || to === undefined || args.length !== 2) {
      await help();
      throw new Error(`Unexpected args: [${args.join(' ')}]`);
    }
    if (to === '') throw new Error('You must specify a new non-empty context name');
    const store = new ConfigStore(io, session.flags);
    const contexts = store.entries('contexts');
    const entry = contexts.get(from);
    const file = store.defaultFile;
    if (!entry) throw new Error(`cannot rename the context ${JSON.stringify(from)}, it's not in ${file}`);
    if (contexts.has(to))
      throw new Error(
        `cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${file}`,
      );
    const wasCurrent = store.current() === from;
    store.put('contexts', to, entry);
    store.remove('contexts', from);
    if (wasCurrent) store.setCurrent(to);
    io.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
  },
});
