// Secrets among the words of a command, which a unit would show to everybody, and the process list, too: they go into files
// that root alone can read, and the words name those. Pure. Called by plan.ts.

export interface SecretFile {
  readonly path: string;
  readonly content: string;
}

/** Flag with a secret → flag with the file of one; of `tiphys server` and `tiphys join`. */
const SECRETS: Readonly<Record<string, string>> = {
  '--token': '--token-file',
  '--certificate-key': '--certificate-key-file',
};

/** `path` gives the file for the flag without dashes, such as token. */
export function hideSecrets(
  words: readonly string[],
  path: (name: string) => string,
): { words: string[]; files: SecretFile[] } {
  const files: SecretFile[] = [];
  const shown: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const flag = equals < 0 ? word : word.slice(0, equals);
    const replacement = SECRETS[flag];
    const value = equals < 0 ? words[i + 1] : word.slice(equals + 1);
    if (!Object.hasOwn(SECRETS, flag) || !replacement || value === undefined) {
      shown.push(word);
      continue;
    }
    if (equals < 0) i++;
    const file = path(flag.slice(2));
    files.push({ path: file, content: `${value}\n` });
    shown.push(replacement, file);
  }
  return { words: shown, files };
}
