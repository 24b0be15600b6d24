// Finds where the last n lines of a file begin, reading blocks from its end only.
import type { OpenFile } from '../../files/node-files.ts';

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/** The offset of the n-th line from the end of the first `size` bytes; an unfinished last line counts as one. */
export async function tailStart(file: OpenFile, size: number, lines: number): Promise<number> {
  if (lines <= 0) return size;
  const block = Buffer.alloc(Math.min(BLOCK, size));
  let left = lines;
  let end = size;
  // The newline that ends the last line starts no line after it.
  let skipAt = size - 1;
  while (end > 0) {
    const start = Math.max(0, end - BLOCK);
    const bytesRead = await file.read(block.subarray(0, end - start), start);
    for (let i = lastNewline(block, bytesRead - 1); i >= 0; i = lastNewline(block, i - 1)) {
      if (start + i === skipAt) skipAt = -1;
      else if (--left === 0) return start + i + 1;
    }
    end = start;
  }
  return 0;
}

const lastNewline = (block: Buffer, from: number) => (from < 0 ? -1 : block.lastIndexOf(NEWLINE, from));
