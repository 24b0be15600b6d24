// Values that a flag may have, for shells: names of the server and of the kubeconfig, formats, files.
import type { Context } from '../command/command.ts';
import { completeNames } from '../command/complete-resources.ts';
import type { Flag } from '../command/flag.ts';
import type { Answer } from './answer-type.ts';

export async function completeFlagValue(
  name: string,
  flag: Flag<unknown>,
  last: string,
  { session }: Context,
): Promise<Answer> {
  const among = (all: readonly string[]): Answer => ({
    candidates: all.filter((one) => one.startsWith(last)),
  });
  const named = (entries: readonly { readonly name: string }[]) =>
    among(entries.map((one) => one.name).sort());
  if (name === 'namespace') return completeNames(session, 'namespaces', [], last);
  if (name === 'context') return named((await session.rawConfig()).contexts);
  if (name === 'cluster') return named((await session.rawConfig()).clusters);
  if (name === 'user') return named((await session.rawConfig()).users);
  if (name === 'filename') return { candidates: ['json', 'yaml', 'yml'], extensions: true };
  if (name === 'subresource') return among(['status', 'scale', 'resize']);
  if (name === 'dry-run') return among(['none', 'server', 'client']);
  if (name === 'output') return among(formatsIn(flag.usage));
  if (flag.type === 'bool') return among(['true', 'false']);
  return { candidates: [], files: true };
}

/** The formats stand in the flag's line: `One of: (json, yaml).` */
function formatsIn(usage: string): string[] {
  const from = usage.indexOf('(') + 1;
  const end = usage.indexOf(')', from);
  return from > 0 && end > from ? usage.slice(from, end).split(', ') : [];
}
