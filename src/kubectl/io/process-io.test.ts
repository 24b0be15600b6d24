import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';

const module = new URL('./process-io.ts', import.meta.url).href;

describe('the Io of a process', () => {
  for (const write of ["io.out('x\\n')", "io.stdout.write('x\\n')"])
    it(`ends the command without a word when its reader goes away: ${write}`, async () => {
      const script = `import { processIo } from '${module}';
        const io = processIo();
        const more = () => { ${write}; setTimeout(more, 1); };
        more();`;
      const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
      await once(child.stdout, 'data');
      child.stdout.destroy();
      const [errors, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
      assert.deepEqual([code, errors], [141, '']);
    });
});
