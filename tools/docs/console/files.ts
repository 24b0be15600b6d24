// Files that a page shows: a fenced block whose info has a name behind the language holds that file of the page's folder, to the byte.

const FENCE = /^```(?:\w+) ([\w.-]+)\n([\s\S]*?)^```$/gm;

export interface ShownFile {
  readonly name: string;
  readonly text: string;
}

export const shownFiles = (page: string): ShownFile[] =>
  [...page.matchAll(FENCE)].map(([, name, text]) => ({ name: name!, text: text! }));

/** The page with the files as `read` gives them. */
export const withFiles = (page: string, read: (name: string) => string): string =>
  page.replace(FENCE, (whole, name: string, text: string) =>
    whole.slice(0, whole.length - text.length - 3).concat(read(name), '```'),
  );
