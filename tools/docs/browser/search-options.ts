// What the index has, for whoever makes it and whoever reads it.

export interface SearchDocument {
  /** The page's file, with `#` and the heading. */
  readonly id: string;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  /** The first words of the text. */
  readonly start: string;
}

/** `--nodes` and `kube-proxy` are found with their dashes, and by their parts. */
const words = (text: string): string[] => text.split(/[^\p{L}\p{N}_.-]+/u).flatMap(parts);

function parts(word: string): string[] {
  const bare = word.replace(/^[-.]+|[-.]+$/g, '');
  if (!bare) return [];
  return /[-.]/.test(bare) ? [bare, ...bare.split(/[-.]+/).filter((part) => part.length > 1)] : [bare];
}

export const INDEX_OPTIONS = {
  fields: ['title', 'heading', 'text'],
  storeFields: ['title', 'heading', 'start'],
  tokenize: words,
  searchOptions: {
    boost: { title: 3, heading: 4 },
    prefix: true,
    fuzzy: (term: string): number | false => (term.length > 4 ? 0.15 : false),
    combineWith: 'AND' as const,
  },
};
