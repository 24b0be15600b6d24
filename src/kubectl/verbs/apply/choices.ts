// What the flags of apply mean, and which do not go together. Called by apply-all.ts.

import { BUILD } from '../../../api/meta/v1/version.ts';
import { ApplySet, parentOf } from '../../apply/apply-set.ts';
import { allowed } from '../../apply/prune.ts';
import { SERVER_SIDE_MANAGER } from '../../apply/server-side.ts';
import { hasFiles } from '../../changes/targets.ts';
import { type DryRun, dryRunOf, fieldValidationOf } from '../../command/common-flags.ts';
import { type Propagation, propagationOf } from '../../deletion/flags.ts';
import type { Mapping } from '../../discovery/served.ts';
import { UsageError } from '../../errors/errors.ts';
import type { ApplyContext } from './flags.ts';

export interface ApplyChoices {
  readonly dryRun: DryRun;
  readonly fieldValidation: string;
  readonly fieldManager: string;
  readonly propagation: Propagation;
  /** Kinds of --prune-allowlist. */
  readonly allowlist: readonly Mapping[];
  readonly applySet: ApplySet | undefined;
}

export async function choicesOf(context: ApplyContext): Promise<ApplyChoices> {
  const { args, flags, io, session } = context;
  if (args.length > 0) throw context.usageError(`Unexpected args: [${args.join(' ')}]`);
  const dryRun = dryRunOf(flags['dry-run'], io);
  const propagation = propagationOf(flags.cascade, io);
  if (!hasFiles(flags)) throw new Error('must specify one of -f and -k');
  const fieldValidation = fieldValidationOf(flags.validate);
  const applySet = await applySetOf(context);
  const allowlist = flags.prune ? await allowed(flags['prune-allowlist'], await session.mapper()) : [];
  await check(context, dryRun, applySet);
  const isDefault = flags['server-side'] && !context.changed('field-manager');
  const fieldManager = isDefault ? SERVER_SIDE_MANAGER : flags['field-manager'];
  return { dryRun, fieldValidation, fieldManager, propagation, allowlist, applySet };
}

async function applySetOf({ flags, io, session }: ApplyContext): Promise<ApplySet | undefined> {
  if (flags.applyset === '') return undefined;
  if (io.env.KUBECTL_APPLYSET !== 'true') throw new UsageError('unknown flag: --applyset');
  const { namespace, explicit } = await session.namespace();
  // A namespaced parent has to be named with its namespace.
  const parent = await parentOf(flags.applyset, explicit ? namespace : '', session);
  return new ApplySet(session, parent, BUILD.gitVersion);
}

async function check({ flags }: ApplyContext, dryRun: DryRun, applySet: ApplySet | undefined): Promise<void> {
  const serverSide = flags['server-side'];
  const refuse = (condition: boolean, message: string) => {
    if (condition) throw new Error(message);
  };
  refuse(flags['force-conflicts'] && !serverSide, '--force-conflicts only works with --server-side');
  refuse(
    dryRun === 'client' && serverSide,
    "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
  );
  refuse(serverSide && flags.force, '--force cannot be used with --server-side');
  refuse(dryRun === 'server' && flags.force, '--dry-run=server cannot be used with --force');
  refuse(flags.all && flags.selector !== '', 'cannot set --all and --selector at the same time');
  if (applySet) {
    refuse(!flags.prune, '--applyset requires --prune');
    await applySet.validate();
  }
  if (flags.prune) {
    refuse(flags.force, '--force cannot be used with --prune');
    if (applySet) {
      refuse(flags.all, '--all is incompatible with --applyset');
      refuse(flags.selector !== '', '--selector is incompatible with --applyset');
      refuse(flags['prune-allowlist'].length > 0, '--prune-allowlist is incompatible with --applyset');
    } else {
      refuse(
        !flags.all && flags.selector === '',
        'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
      );
      refuse(
        serverSide,
        "--prune is in alpha and doesn't currently work on objects created by server-side apply",
      );
    }
  }
  refuse(flags.subresource !== '' && !serverSide, '--subresource can only be specified for --server-side');
}
