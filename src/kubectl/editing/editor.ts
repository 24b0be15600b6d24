// Lets the user change a text in their editor. Called by edit-objects.ts.
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io/io.ts';

export interface EditedFile {
  readonly text: string;
  /** Stays until the caller removes it. */
  readonly path: string;
}

/** The command of KUBE_EDITOR or EDITOR, else vi. One that needs a shell is given to it. */
export function editorCommand(env: Io['env'], path: string): { words: string[]; shown: string } {
  const editor = env.KUBE_EDITOR || env.EDITOR || 'vi';
  if (editor.includes(' ') && /["'\\]/.test(editor)) {
    const shell = [env.SHELL || '/bin/bash', '-c'];
    return { words: [...shell, `${editor} ${JSON.stringify(path)}`], shown: [...shell, editor].join(' ') };
  }
  return { words: [...editor.split(' '), path], shown: editor };
}

/** `suffix` tells the editor the format: `.yaml`. */
export async function editText(text: string, suffix: string, io: Io): Promise<EditedFile> {
  const folder = io.env.TMPDIR || tmpdir();
  const path = join(folder, `kubectl-edit-${io.random.uuid().replaceAll('-', '').slice(0, 10)}${suffix}`);
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.close();
  const { words, shown } = editorCommand(io.env, path);
  await launch(words, shown, io);
  return { text: await readFile(path, 'utf8'), path };
}

function launch(words: readonly string[], shown: string, io: Io): Promise<void> {
  const [program = '', ...args] = words;
  return new Promise((done, failed) => {
    const problem = () => failed(new Error(`there was a problem with the editor ${JSON.stringify(shown)}`));
    const child = spawn(program, args, { stdio: 'inherit', env: { ...io.env }, cwd: io.cwd });
    child.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT'
        ? failed(new Error(`unable to launch the editor ${JSON.stringify(shown)}`))
        : problem(),
    );
    child.once('close', (code) => (code === 0 ? done() : problem()));
  });
}
