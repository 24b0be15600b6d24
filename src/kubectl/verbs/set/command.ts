// kubectl set: a group of commands.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'set SUBCOMMAND',
  long: `Configure application resources.

These commands help you make changes to existing application resources.`,
  subcommands: [
    { name: 'image', short: 'Update the image of a pod template', load: () => import('./image.ts') },
    {
      name: 'resources',
      short: 'Update resource requests/limits on objects with pod templates',
      load: () => import('./resources.ts'),
    },
    { name: 'selector', short: 'Set the selector on a resource', load: () => import('./selector.ts') },
    {
      name: 'subject',
      short: 'Update the user, group, or service account in a role binding or cluster role binding',
      load: () => import('./subject.ts'),
    },
    {
      name: 'serviceaccount',
      aliases: ['sa'],
      short: 'Update the service account of a resource',
      load: () => import('./service-account.ts'),
    },
    {
      name: 'env',
      short: 'Update environment variables on a pod template',
      load: () => import('./env.ts'),
    },
  ],
});
