// `kubectl plugin list`: plugins in PATH, with warnings about those that cannot be reached.
import { basename } from 'node:path';
import { defineCommand } from '../../command/command.ts';
import { boolFlag } from '../../command/flag.ts';
import { plainText } from '../../errors/text.ts';
import { isExecutable, PREFIX, pluginFiles } from '../../plugins/find.ts';

export default defineCommand({
  use: 'list [flags]',
  long: `List all available plugin files on a user's PATH: executable files whose names begin with "kubectl-".`,
  examples: `# List all available plugins
kubectl plugin list

# List only binary names of available plugins without paths
kubectl plugin list --name-only`,
  flags: {
    'name-only': boolFlag(
      false,
      'If true, display only the binary name of each plugin, rather than its full path',
    ),
  },
  async run({ flags, io, commandNames }) {
    const paths = pluginFiles(io, (folder, error) =>
      io.err(
        `Unable to read directory ${JSON.stringify(folder)} from your PATH: ${plainText(error)}. Skipping...\n`,
      ),
    );
    if (paths.length === 0) throw new Error('error: unable to find any kubectl plugins in your PATH\n');
    io.out('The following compatible plugins are available:\n\n');
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const path of paths) {
      io.out(`${flags['name-only'] ? basename(path) : path}\n`);
      for (const warning of warningsAbout(path, seen, commandNames)) {
        io.err(`  - ${warning}\n`);
        warnings++;
      }
    }
    if (warnings > 0)
      throw new Error(
        `${warnings === 1 ? 'error: one plugin warning was found' : `error: ${warnings} plugin warnings were found`}\n`,
      );
  },
});

function warningsAbout(path: string, seen: Map<string, string>, commandNames: readonly string[]): string[] {
  const name = basename(path);
  const out: string[] = [];
  if (!isExecutable(path))
    out.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  const before = seen.get(name);
  if (before === undefined) seen.set(name, path);
  else out.push(`warning: ${path} is overshadowed by a similarly named plugin: ${before}`);
  const [command] = name.slice(PREFIX.length).split('-');
  if (command !== undefined && commandNames.includes(command))
    out.push(`warning: ${name} overwrites existing command: "kubectl ${command}"`);
  return out;
}
