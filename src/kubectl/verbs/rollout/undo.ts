// kubectl rollout undo.

import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { jsonEqual } from '../../../api/patch/json.ts';
import { chosenRevision, notFound, rollbackPatch } from '../../../api/rollout/revisions.ts';
import { sameTemplate } from '../../../api/rollout/templates.ts';
import { lastAppliedOf } from '../../apply/last-applied.ts';
import { completesObjects } from '../../changes/complete.ts';
import { printAs } from '../../changes/printing.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import { type DryRun, dryRunFlag, dryRunOf } from '../../command/common-flags.ts';
import { intFlag } from '../../command/flag.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { type History, historyOf, type KnownRevision, noHistory } from './read-revisions.ts';
import { rolloutFiles, rolloutTargets } from './rollout-verb.ts';

export default defineCommand({
  use: 'undo (TYPE NAME | TYPE/NAME) [flags]',
  long: 'Roll back to a previous rollout.',
  examples: `# Roll back to the previous deployment
kubectl rollout undo deployment/abc

# Roll back to daemonset revision 3
kubectl rollout undo daemonset/abc --to-revision=3

# Roll back to the previous deployment with dry-run
kubectl rollout undo --dry-run=server deployment/abc`,
  flags: {
    'to-revision': intFlag(0, 'The revision to rollback to. Default to 0 (last revision).'),
    ...rolloutFiles(),
    'dry-run': dryRunFlag(),
    ...printFlags,
  },
  complete: completesObjects(['deployment', 'daemonset', 'statefulset']),
  async run(context) {
    const { flags, io } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const found = await rolloutTargets(context);
    await found.visit(async (info) => {
      if (lastAppliedOf(info.object) !== undefined)
        io.err(
          `Warning: resource ${info.objectName} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
        );
      await printAs(context, await undone(context, info, flags['to-revision'], dryRun), info.object, dryRun);
    });
  },
});

/** What happened, as it stands behind the name. */
async function undone(
  context: Pick<Context, 'session'>,
  info: Info,
  to: number,
  dryRun: DryRun,
): Promise<string> {
  if (to < 0) throw notFound(to);
  const history = await historyOf(context, info);
  if (!history) throw noHistory('no rollbacker has been implemented for', info);
  const isDeployment = info.mapping.kind === 'Deployment';
  const chosen = chosenOf(info, history, to);
  if (dryRun === 'client') {
    const { templateText } = await import('./template-text.ts');
    const text = templateText(chosen.template);
    return isDeployment ? text : `will roll back to ${text}`;
  }
  const { workload } = history;
  if (isDeployment && (workload.spec as { paused?: boolean }).paused)
    throw new Error(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  if (isCurrent(workload, chosen))
    return `skipped rollback (current template already matches revision ${to})`;
  try {
    const choices = { serverDryRun: dryRun === 'server' };
    if (chosen.patch) await info.patch('strategic', chosen.patch, choices);
    else await info.patch('json', rollbackPatch(workload, chosen.object, chosen.template), choices);
  } catch (error) {
    throw new Error(`failed restoring revision ${to}: ${plainText(error)}`, { cause: error });
  }
  return 'rolled back';
}

function chosenOf(info: Info, { revisions }: History, to: number): KnownRevision {
  if (to === 0 && revisions.length <= 1)
    throw new Error(
      info.mapping.kind === 'Deployment'
        ? `no rollout history found for deployment "${info.name}"`
        : 'no last revision to roll back to',
    );
  const chosen = chosenRevision(revisions, to);
  if (!chosen) throw notFound(to);
  return chosen as KnownRevision;
}

const templateOf = (workload: History['workload']): PodTemplateSpec =>
  (workload.spec as { template: PodTemplateSpec }).template;

function isCurrent(workload: History['workload'], { patch, template }: KnownRevision): boolean {
  if (!patch) return sameTemplate(template, templateOf(workload));
  return jsonEqual(patch, { spec: { template: { $patch: 'replace', ...templateOf(workload) } } });
}
