// What stands before each line: which pod and container wrote it, in a colour of its own where the output is a terminal. Pure.

/** Cyan, green, yellow, magenta, blue, then their bright forms. */
const COLOURS = [36, 32, 33, 35, 34, 96, 92, 93, 95, 94];

export interface Painter {
  /** The same name always has the same text. */
  prefix(pod: string, container: string, alone: boolean): string;
}

/** `alone`: a pod's only container is not named. Colours are given in the order in which pods are first seen. */
export function painter(coloured: boolean): Painter {
  const seen = new Map<string, number>();
  return {
    prefix(pod, container, alone) {
      const name = alone ? pod : `${pod}/${container}`;
      if (!coloured) return `${name} | `;
      const index = seen.get(name) ?? seen.size;
      seen.set(name, index);
      return `\u001b[${COLOURS[index % COLOURS.length]}m${name} |\u001b[0m `;
    },
  };
}

/** As https://no-color.org asks. */
export const wantsColour = (
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
): boolean => isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
