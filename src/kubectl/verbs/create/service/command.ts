// kubectl create service: a group of commands.
import { defineCommand } from '../../../command/command.ts';

export default defineCommand({
  use: 'service [flags]',
  long: 'Create a service using a specified subcommand.',
  subcommands: [
    { name: 'clusterip', short: 'Create a ClusterIP service', load: () => import('./cluster-ip.ts') },
    { name: 'nodeport', short: 'Create a NodePort service', load: () => import('./node-port.ts') },
    {
      name: 'loadbalancer',
      short: 'Create a LoadBalancer service',
      load: () => import('./load-balancer.ts'),
    },
    {
      name: 'externalname',
      short: 'Create an ExternalName service',
      load: () => import('./external-name.ts'),
    },
  ],
});
