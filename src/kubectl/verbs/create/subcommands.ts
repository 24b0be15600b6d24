// The subcommands of `create`, each loaded when it runs.
import type { CommandEntry } from '../../command/command.ts';

export const createSubcommands: readonly CommandEntry[] = [
  {
    name: 'namespace',
    aliases: ['ns'],
    short: 'Create a namespace with the specified name',
    load: () => import('./commands/namespace.ts'),
  },
  {
    name: 'quota',
    aliases: ['resourcequota'],
    short: 'Create a quota with the specified name',
    load: () => import('./commands/quota.ts'),
  },
  {
    name: 'secret',
    short: 'Create a secret using a specified subcommand',
    load: () => import('./secret/command.ts'),
  },
  {
    name: 'configmap',
    aliases: ['cm'],
    short: 'Create a config map from a local file, directory or literal value',
    load: () => import('./commands/config-map.ts'),
  },
  {
    name: 'serviceaccount',
    aliases: ['sa'],
    short: 'Create a service account with the specified name',
    load: () => import('./commands/service-account.ts'),
  },
  {
    name: 'service',
    aliases: ['svc'],
    short: 'Create a service using a specified subcommand',
    load: () => import('./service/command.ts'),
  },
  {
    name: 'deployment',
    aliases: ['deploy'],
    short: 'Create a deployment with the specified name',
    load: () => import('./commands/deployment.ts'),
  },
  {
    name: 'clusterrole',
    short: 'Create a cluster role',
    load: () => import('./commands/cluster-role.ts'),
  },
  {
    name: 'clusterrolebinding',
    short: 'Create a cluster role binding for a particular cluster role',
    load: () => import('./commands/cluster-role-binding.ts'),
  },
  { name: 'role', short: 'Create a role with single rule', load: () => import('./commands/role.ts') },
  {
    name: 'rolebinding',
    short: 'Create a role binding for a particular role or cluster role',
    load: () => import('./commands/role-binding.ts'),
  },
  {
    name: 'poddisruptionbudget',
    aliases: ['pdb'],
    short: 'Create a pod disruption budget with the specified name',
    load: () => import('./commands/disruption-budget.ts'),
  },
  {
    name: 'priorityclass',
    aliases: ['pc'],
    short: 'Create a priority class with the specified name',
    load: () => import('./commands/priority-class.ts'),
  },
  { name: 'job', short: 'Create a job with the specified name', load: () => import('./commands/job.ts') },
  {
    name: 'cronjob',
    aliases: ['cj'],
    short: 'Create a cron job with the specified name',
    load: () => import('./commands/cron-job.ts'),
  },
  {
    name: 'ingress',
    aliases: ['ing'],
    short: 'Create an ingress with the specified name',
    load: () => import('./commands/ingress.ts'),
  },
  {
    name: 'token',
    short: 'Request a service account token',
    load: () => import('./commands/token.ts'),
  },
];
