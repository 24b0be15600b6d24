// `as unknown as` says that the compiler is wrong. That is true only where bytes from outside become typed objects.
import { codeOf, linesOf, type Rule } from './sources.ts';

/** Where JSON, protobuf or a row of a database is decoded into the type that its schema promises: folders, or one file. */
export const DECODING_EDGES = [
  'src/api/codec/',
  'src/api/protobuf/',
  'src/kit/protobuf/',
  'src/store/repair/salvage.ts',
  'src/store/sqlite/database.ts',
];

export const castsAtDecodingEdgesOnly: Rule = (sources) =>
  [...sources]
    .filter(([file]) => !DECODING_EDGES.some((edge) => file.startsWith(edge)))
    .flatMap(([file, source]) =>
      linesOf(codeOf(source), /\bas\s+unknown\s+as\b/g).map(({ line }) => ({
        file,
        line,
        message: 'casts with `as unknown as` outside the decoding edges',
      })),
    );
