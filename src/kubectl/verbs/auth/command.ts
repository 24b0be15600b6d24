// `kubectl auth`: what one may do, who one is, and roles brought into line with files.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'auth [flags]',
  long: 'Inspect authorization.',
  subcommands: [
    { name: 'can-i', short: 'Check whether an action is allowed', load: () => import('./can-i.ts') },
    {
      name: 'reconcile',
      short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
      load: () => import('./reconcile.ts'),
    },
    {
      name: 'whoami',
      short: 'Experimental: Check self subject attributes',
      load: () => import('./whoami.ts'),
    },
  ],
});
