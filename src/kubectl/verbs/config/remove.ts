// `kubectl config delete-cluster`, `delete-context` and `delete-user`.
import { defineCommand } from '../../command/command.ts';
import { completionOf } from './completion.ts';
import { ConfigStore, type Section } from './store.ts';

const deleting = (section: Section, noun: string) =>
  defineCommand({
    use: `delete-${noun} NAME`,
    long: `Delete the specified ${noun} from the kubeconfig.`,
    examples: `# Delete the minikube ${noun}\nkubectl config delete-${noun} minikube`,
    complete: completionOf(section),
    async run({ args, io, session, help, usageError }) {
      const store = new ConfigStore(io, session.flags);
      const [name] = args;
      if (name === undefined || args.length !== 1) {
        if (section === 'users') throw usageError('user to delete is required');
        await help();
        return;
      }
      if (!store.entries(section).has(name))
        throw new Error(`cannot delete ${noun} ${name}, not in ${store.defaultFile}`);
      if (section === 'contexts' && store.current() === name)
        io.err(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
        );
      const file = store.defaultFile;
      store.remove(section, name);
      io.out(`deleted ${noun} ${name} from ${file}\n`);
    },
  });

export const deleteCluster = deleting('clusters', 'cluster');
export const deleteContext = deleting('contexts', 'context');
export const deleteUser = deleting('users', 'user');
