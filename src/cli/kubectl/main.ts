// What bin/tiphys starts for `tiphys kubectl …` in place of the whole command line, which takes longer to load than kubectl itself.
import { UserError } from '../../cluster/progress.ts';
import { currentCluster } from '../current-cluster.ts';
import { runMachineKubectl } from './run.ts';

/** `--name NAME` may stand in front of kubectl's own words. */
function withoutName(words: readonly string[]): { name: string; rest: readonly string[] } {
  const [first = '', second] = words;
  if (first === '--name' && second !== undefined) return { name: second, rest: words.slice(2) };
  if (first.startsWith('--name=')) return { name: first.slice('--name='.length), rest: words.slice(1) };
  return { name: currentCluster(), rest: words };
}

const { name, rest } = withoutName(process.argv.slice(2));
try {
  process.exitCode = await runMachineKubectl(rest, name);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`tiphys: ${error.message}\n`);
  process.exitCode = 1;
}
