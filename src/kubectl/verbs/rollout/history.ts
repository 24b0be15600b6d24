// kubectl rollout history.
import { completesObjects } from '../../changes/complete.ts';
import { choicesOf, printAs } from '../../changes/printing.ts';
import { CHANGE_CAUSE } from '../../changes/record.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import { type FlagValues, intFlag } from '../../command/flag.ts';
import { printerOf, printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { historyTable } from './history-table.ts';
import { historyOf, type KnownRevision, noHistory } from './read-revisions.ts';
import { rolloutFiles, rolloutTargets } from './rollout-verb.ts';

const flags = {
  revision: intFlag(0, 'See the details, including podTemplate of the revision specified'),
  ...rolloutFiles(),
  ...printFlags,
};

type HistoryContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'history (TYPE NAME | TYPE/NAME) [flags]',
  long: 'View previous rollout revisions and configurations.',
  examples: `# View the rollout history of a deployment
kubectl rollout history deployment/abc

# View the details of daemonset revision 3
kubectl rollout history daemonset/abc --revision=3`,
  flags,
  complete: completesObjects(['deployment', 'daemonset', 'statefulset']),
  async run(context) {
    const { revision } = context.flags;
    if (revision < 0) throw new Error(`revision must be a positive integer: ${revision}`);
    const found = await rolloutTargets(context);
    const { flags: given, io } = context;
    const formatted =
      // A template alone is for the object itself, as kubectl has it.
      given.output === '' ? undefined : await printerOf(choicesOf(given), { cwd: io.cwd, env: io.env });
    const out = { write: (text: string) => io.out(text) };
    await found.visit(async (info) => {
      const history = await historyOf(context, info);
      if (!history) throw noHistory('no history viewer has been implemented for', info);
      const byNumber = new Map(history.revisions.map((one) => [one.revision, one]));
      const chosen = revision > 0 ? byNumber.get(revision) : undefined;
      const missing = revision > 0 && !chosen && (formatted || byNumber.size > 0);
      if (missing) throw new Error('unable to find the specified revision');
      if (!formatted) return show(context, info, byNumber, chosen);
      const numbers = [...byNumber.keys()].sort((a, b) => a - b);
      const printed = chosen ? [chosen] : numbers.map((number) => byNumber.get(number)!);
      for (const { object } of printed) formatted.print(object, out);
    });
  },
});

async function show(
  context: HistoryContext,
  info: Info,
  revisions: ReadonlyMap<number, KnownRevision>,
  chosen: KnownRevision | undefined,
): Promise<void> {
  const { revision } = context.flags;
  const withRevision = revision > 0 ? `with revision #${revision}` : '';
  const text = await textOf(revisions, chosen);
  await printAs(context, `${withRevision}\n${text}`, info.object);
}

async function textOf(
  revisions: ReadonlyMap<number, KnownRevision>,
  chosen: KnownRevision | undefined,
): Promise<string> {
  if (revisions.size === 0) return 'No rollout history found.';
  if (!chosen)
    return historyTable(new Map([...revisions].map(([number, { changeCause }]) => [number, changeCause])));
  const { templateText } = await import('./template-text.ts');
  return templateText(withCause(chosen));
}

/** The cause is shown with the template's annotations. */
function withCause({ template, changeCause }: KnownRevision): KnownRevision['template'] {
  if (changeCause === '') return template;
  const annotations = { ...template.metadata?.annotations, [CHANGE_CAUSE]: changeCause };
  return { ...template, metadata: { ...template.metadata, annotations } };
}
