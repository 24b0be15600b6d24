// Writes down what the commands of the tutorial print: `node test/support/tutorial/record.ts` types them all, as root, in a machine of
// their own. What a page has already stays as long as it is true; what has `…` in it stays, and is complained of when it is wrong. Files
// that pages show are brought in anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withOutputs } from '../../../tools/docs/console/blocks.ts';
import { withFiles } from '../../../tools/docs/console/files.ts';
import { repository } from '../cluster.ts';
import { startMachines } from '../machines/machines.ts';
import { follow } from './follow.ts';
import { tutorialPages } from './pages.ts';
import { startShell } from './shell.ts';

const PATIENCE_MS = 5_000;

await using machines = await startMachines('tph-tutorial-record', { count: 1 });
const machine = machines.all[0]!;
const shell = startShell(machine.prefix, { cwd: repository, env: machine.environment });
for (const path of tutorialPages) {
  const page = withFiles(readFileSync(path, 'utf8'), (name) =>
    readFileSync(join(dirname(path), name), 'utf8'),
  );
  const outputs: (readonly string[])[] = [];
  let spent = 0;
  for await (const { command, printed, ms, problem } of follow(shell, page, PATIENCE_MS)) {
    const written = problem && !command.output.some((line) => line.includes('…'));
    outputs.push(written ? printed : command.output);
    spent += ms;
    console.log(`${String(Math.round(ms)).padStart(6)} ms  ${command.text}`);
    if (problem) console.log(written ? printed.map((line) => `           ${line}`).join('\n') : problem);
  }
  writeFileSync(path, withOutputs(page, outputs));
  console.log(`${basename(path)}: ${Math.round(spent)} ms`);
}
shell.end();
