// What the `set` verbs share: flags, and how the objects that were found are changed, sent and printed.
import { printerFor } from '../../changes/printing.ts';
import { type Mutate, setAll } from '../../changes/strategic.ts';
import type { Context } from '../../command/command.ts';
import { type DryRun, dryRunFlag, fieldManagerFlag, filenameFlags } from '../../command/common-flags.ts';
import { boolFlag, type FlagValues } from '../../command/flag.ts';
import { combined } from '../../errors/errors.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';

export const setFlags = (local: string) => ({
  ...printFlags,
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to get from a server.'),
  all: boolFlag(false, 'Select all resources, in the namespace of the specified resource types'),
  local: boolFlag(false, `If true, ${local} will NOT contact api-server but run locally.`),
  'dry-run': dryRunFlag(),
  'field-manager': fieldManagerFlag('kubectl-set'),
});

export type SetContext = Pick<Context, 'io' | 'session' | 'args'> & {
  readonly flags: FlagValues<ReturnType<typeof setFlags>>;
};

export const LOCAL_RESOURCES = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** `failed` stands before the server's refusal, `operation` behind the name of a changed object. */
export interface SetWords {
  readonly operation: string;
  readonly failed: string;
  /** Objects that would not change are sent and printed, too. */
  readonly evenUnchanged?: boolean;
}

/** Changes all objects; throws all errors, with those that are known already. */
export async function setOn(
  context: SetContext,
  infos: readonly Info[],
  { operation, failed, evenUnchanged = false }: SetWords,
  dryRun: DryRun,
  mutate: Mutate,
  known: () => readonly Error[] = () => [],
): Promise<void> {
  const { flags } = context;
  const errors = await setAll(infos, mutate, {
    clientOnly: flags.local || dryRun === 'client',
    serverDryRun: dryRun === 'server',
    fieldManager: flags['field-manager'],
    failed,
    evenUnchanged,
    print: await printerFor(context, operation, dryRun, true),
  });
  const all = [...known(), ...errors];
  if (all.length > 0) throw combined(all);
}
