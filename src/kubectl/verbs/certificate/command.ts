// kubectl certificate: a group of commands.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'certificate SUBCOMMAND',
  long: 'Modify certificate resources.',
  subcommands: [
    { name: 'approve', short: 'Approve a certificate signing request', load: () => import('./approve.ts') },
    { name: 'deny', short: 'Deny a certificate signing request', load: () => import('./deny.ts') },
  ],
  // Unlike other groups, this one succeeds without a subcommand.
  async run({ help }) {
    await help();
    return 0;
  },
});
