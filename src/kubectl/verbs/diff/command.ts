// kubectl diff: what apply would change, shown by the diff program.
import { hasFiles } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { ExitError } from '../../errors/errors.ts';
import { errorText } from '../../errors/text.ts';
import { flags } from './flags.ts';

/** 1 means that there are differences. */
const FAILED = 2;

export default defineCommand({
  use: 'diff -f FILENAME',
  long: `Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.

The output is always YAML. KUBECTL_EXTERNAL_DIFF can name another diff program, with parameters: KUBECTL_EXTERNAL_DIFF="colordiff -N -u". By default the "diff" command of your path runs with the options "-u" and "-N".

Exit status: 0 when no differences were found, 1 when differences were found, more than 1 when kubectl or diff failed.`,
  examples: `# Diff resources included in pod.json
kubectl diff -f pod.json

# Diff file read from stdin
cat service.yaml | kubectl diff -f -`,
  flags,
  badFlagCode: FAILED,
  async run(context) {
    try {
      const { args, flags } = context;
      if (args.length > 0) throw context.usageError(`Unexpected args: [${args.join(' ')}]`);
      if (!hasFiles(flags)) throw new Error('must specify one of -f and -k');
      if (flags['force-conflicts'] && !flags['server-side'])
        throw new Error('--force-conflicts only works with --server-side');
      const { diffAll } = await import('./diff-all.ts');
      return await diffAll(context);
    } catch (error) {
      if (error instanceof ExitError) throw error;
      throw new ExitError(FAILED, errorText(error).text);
    }
  },
});
