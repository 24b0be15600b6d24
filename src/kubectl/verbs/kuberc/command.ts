// `kubectl kuberc`: shows and changes the file of a person's preferences.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'kuberc SUBCOMMAND',
  long: `Manage user preferences (kuberc) file.

 The file has defaults of flags and aliases of commands.`,
  examples: `# View the current kuberc configuration
kubectl kuberc view

# Set a default value for a command flag
kubectl kuberc set --section defaults --command get --option output=wide

# Create an alias for a command
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide`,
  subcommands: [
    {
      name: 'set',
      short: 'Set values in the kuberc configuration',
      load: () => import('./set.ts'),
    },
    {
      name: 'view',
      short: 'Display the current kuberc configuration',
      load: () => import('./view.ts'),
    },
  ],
});
