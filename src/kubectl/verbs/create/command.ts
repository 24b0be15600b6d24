// kubectl create: the subcommands that make an object from flags.
import { defineCommand } from '../../command/command.ts';
import { createSubcommands } from './subcommands.ts';

export default defineCommand({
  use: 'create -f FILENAME',
  long: `Create a resource from a file or from stdin.

JSON and YAML formats are accepted.`,
  subcommands: createSubcommands,
});
