// `kubectl config`: reads and changes kubeconfig files.
import { type Command, defineCommand } from '../../command/command.ts';

type Loaded = Promise<{ readonly default: Command }>;

export default defineCommand({
  use: 'config SUBCOMMAND',
  long: `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

 Which files are read:

  1.  With --kubeconfig that file only.
  2.  Otherwise the files that $KUBECONFIG lists, as one. A change goes into the file that has the entry; a new entry into the first file that exists, or else into the last of the list.
  3.  Otherwise \${HOME}/.kube/config.`,
  subcommands: [
    {
      name: 'current-context',
      short: 'Display the current-context',
      load: (): Loaded => import('./show.ts').then(({ currentContext }) => ({ default: currentContext })),
    },
    {
      name: 'delete-cluster',
      short: 'Delete the specified cluster from the kubeconfig',
      load: (): Loaded => import('./remove.ts').then(({ deleteCluster }) => ({ default: deleteCluster })),
    },
    {
      name: 'delete-context',
      short: 'Delete the specified context from the kubeconfig',
      load: (): Loaded => import('./remove.ts').then(({ deleteContext }) => ({ default: deleteContext })),
    },
    {
      name: 'delete-user',
      short: 'Delete the specified user from the kubeconfig',
      load: (): Loaded => import('./remove.ts').then(({ deleteUser }) => ({ default: deleteUser })),
    },
    {
      name: 'get-clusters',
      short: 'Display clusters defined in the kubeconfig',
      load: (): Loaded => import('./show.ts').then(({ getClusters }) => ({ default: getClusters })),
    },
    {
      name: 'get-contexts',
      short: 'Describe one or many contexts',
      load: () => import('./get-contexts.ts'),
    },
    {
      name: 'get-users',
      short: 'Display users defined in the kubeconfig',
      load: (): Loaded => import('./show.ts').then(({ getUsers }) => ({ default: getUsers })),
    },
    {
      name: 'rename-context',
      short: 'Rename a context from the kubeconfig file',
      load: (): Loaded => import('./contexts.ts').then(({ renameContext }) => ({ default: renameContext })),
    },
    {
      name: 'set',
      short: 'Set an individual value in a kubeconfig file',
      load: (): Loaded => import('./set.ts').then(({ setProperty }) => ({ default: setProperty })),
    },
    {
      name: 'set-cluster',
      short: 'Set a cluster entry in kubeconfig',
      load: () => import('./set-cluster.ts'),
    },
    {
      name: 'set-context',
      short: 'Set a context entry in kubeconfig',
      load: (): Loaded => import('./contexts.ts').then(({ setContext }) => ({ default: setContext })),
    },
    {
      name: 'set-credentials',
      short: 'Set a user entry in kubeconfig',
      load: () => import('./set-credentials.ts'),
    },
    {
      name: 'unset',
      short: 'Unset an individual value in a kubeconfig file',
      load: (): Loaded => import('./set.ts').then(({ unsetProperty }) => ({ default: unsetProperty })),
    },
    {
      name: 'use-context',
      aliases: ['use'],
      short: 'Set the current-context in a kubeconfig file',
      load: (): Loaded => import('./contexts.ts').then(({ useContext }) => ({ default: useContext })),
    },
    {
      name: 'view',
      short: 'Display merged kubeconfig settings or a specified kubeconfig file',
      load: () => import('./view.ts'),
    },
  ],
});
