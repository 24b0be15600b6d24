// A manifest from the web: three attempts, as kubectl. Called by files.ts only when -f names a URL.
import type { Io } from '../io/io.ts';

const ATTEMPTS = 3;
const PAUSE_MS = 1000;
/** Bytes of a manifest. */
const MOST = 256 << 20;

export async function readUrl(url: string, io: Pick<Io, 'clock' | 'signal'>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(url, { signal: io.signal });
    } catch (error) {
      if (attempt === ATTEMPTS || io.signal.aborted) throw new Error(`Get "${url}": ${causeOf(error)}`);
      await io.clock.sleep(PAUSE_MS, io.signal);
      continue;
    }
    if (response.status === 200) {
      const bytes = await response.arrayBuffer();
      if (bytes.byteLength > MOST) throw new Error(`${url} has more than ${MOST} bytes`);
      return Buffer.from(bytes).toString();
    }
    const { status, statusText } = response;
    if (status < 500 || attempt === ATTEMPTS)
      throw new Error(
        `unable to read URL ${JSON.stringify(url)}, server reported ${status} ${statusText}, status code=${status}`,
      );
    await io.clock.sleep(PAUSE_MS, io.signal);
  }
}

const causeOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
};
