// `kubectl plugin`.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'plugin [flags]',
  long: `Provides utilities for interacting with plugins.

 A plugin is any program in PATH whose name begins with "kubectl-": kubectl-foo runs as "kubectl foo".`,
  examples: `# List all available plugins
kubectl plugin list

# List only binary names of available plugins without paths
kubectl plugin list --name-only`,
  subcommands: [
    {
      name: 'list',
      short: "List all visible plugin executables on a user's PATH",
      load: () => import('./list.ts'),
    },
  ],
});
