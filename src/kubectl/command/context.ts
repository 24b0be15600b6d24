// What a command is given when it runs, and when a shell asks what may follow.
import type { Io } from '../io/io.ts';
import type { PluginPolicy } from '../session/credentials/plugin-policy.ts';
import { OpenSession } from '../session/open-session.ts';
import { userAgent } from '../session/user-agent.ts';
import type { Command, Context } from './command.ts';
import type { Found } from './find-command.ts';
import type { Flags } from './flag.ts';
import { type GlobalFlags, globalFlags } from './global-flags.ts';
import type { ParsedWords } from './parse.ts';
import { rootCommands } from './tree.ts';

export const helpOf = async ({ path, entry, command }: Found): Promise<string> =>
  (await import('./help.ts')).commandHelp(path, entry, command);

export function contextOf(
  found: Found,
  parsed: ParsedWords,
  io: Io,
  plugins?: PluginPolicy,
): { context: Context; session: OpenSession } {
  const { command, path } = found;
  const session = new OpenSession({
    flags: globalValues(command, parsed),
    io,
    userAgent,
    commandPath: path,
    plugins,
    stdinTaken: readsStdin(parsed),
  });
  const context: Context = {
    args: parsed.args,
    argsBeforeDash: parsed.argsBeforeDash,
    flags: valuesOf({ ...globalFlags, ...command.flags }, parsed),
    changed: (name) => parsed.given.has(name),
    io,
    session,
    path,
    commandNames: rootCommands().map((entry) => entry.name),
    usageError: (message) => new Error(`${message}\nSee '${path} -h' for help and examples`),
    async help(to = 'stdout') {
      const text = await helpOf(found);
      if (to === 'stdout') io.out(text);
      else io.err(text);
    },
  };
  return { context, session };
}

/** `-f -`, or `-` as a word. */
const readsStdin = ({ args, given }: ParsedWords): boolean =>
  args.includes('-') || [given.get('filename')].flat().includes('-');

function valuesOf(flags: Flags, { given }: ParsedWords): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags))
    out[name] = given.has(name) ? given.get(name) : flag.initial;
  return out;
}

/** A command's flag of the same name, such as `create rolebinding --user`, is not the global one. */
function globalValues(command: Command, parsed: ParsedWords): GlobalFlags {
  const own = new Set(Object.keys(command.flags ?? {}));
  const given = new Map([...parsed.given].filter(([name]) => !own.has(name)));
  return valuesOf(globalFlags, { ...parsed, given }) as GlobalFlags;
}
