// kubectl rollout: a group of commands.
import { defineCommand } from '../../command/command.ts';

export default defineCommand({
  use: 'rollout SUBCOMMAND',
  long: `Manage the rollout of one or many resources.

Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets`,
  examples: `# Rollback to the previous deployment
kubectl rollout undo deployment/abc

# Check the rollout status of a daemonset
kubectl rollout status daemonset/foo

# Restart a deployment
kubectl rollout restart deployment/abc

# Restart deployments with the 'app=nginx' label
kubectl rollout restart deployment --selector=app=nginx`,
  subcommands: [
    { name: 'history', short: 'View rollout history', load: () => import('./history.ts') },
    { name: 'pause', short: 'Mark the provided resource as paused', load: () => import('./pause.ts') },
    { name: 'resume', short: 'Resume a paused resource', load: () => import('./resume.ts') },
    { name: 'undo', short: 'Undo a previous rollout', load: () => import('./undo.ts') },
    { name: 'status', short: 'Show the status of the rollout', load: () => import('./status.ts') },
    { name: 'restart', short: 'Restart a resource', load: () => import('./restart.ts') },
  ],
  // Unlike other groups, this one shows its help on stdout.
  async run({ args, help, usageError }) {
    if (args.length > 0) throw usageError(`unknown command ${JSON.stringify(args.join(' '))}`);
    await help();
    return 1;
  },
});
