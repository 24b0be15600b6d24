// What /flagz and /configz show of a component that runs alone.

/** The flags of a command by their names on the command line. None holds a secret: keys and tokens are in files. */
export function shownFlags(flags: object): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(flags)) {
    const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    shown[dashed] = Array.isArray(value) ? value.join(',') : String(value);
  }
  return shown;
}
