// `kubectl config current-context`, `get-clusters` and `get-users`.
import { defineCommand } from '../../command/command.ts';
import { ConfigStore, type Section } from './store.ts';

export const currentContext = defineCommand({
  use: 'current-context [flags]',
  long: 'Display the current-context.',
  examples: '# Display the current-context\nkubectl config current-context',
  async run({ io, session }) {
    const current = new ConfigStore(io, session.flags).current();
    if (current === '') throw new Error('current-context is not set');
    io.out(`${current}\n`);
  },
});

const listing = (section: Section) =>
  defineCommand({
    use: `get-${section} [flags]`,
    long: `Display ${section} defined in the kubeconfig.`,
    examples: `# List the ${section} that kubectl knows about\nkubectl config get-${section}`,
    async run({ io, session }) {
      const names = [...new ConfigStore(io, session.flags).entries(section).keys()].sort();
      io.out(['NAME', ...names, ''].join('\n'));
    },
  });

export const getClusters = listing('clusters');
export const getUsers = listing('users');
