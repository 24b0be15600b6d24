// `tiphys dashboard`: asks the API server for a one-time code with the credentials of the kubeconfig, opens the browser with it, and is
// the browser's way to the server until it is interrupted. Loaded when the command runs.
import { once } from 'node:events';
import { type GlobalFlags, globalFlags } from '../../kubectl/command/global-flags.ts';
import { processIo } from '../../kubectl/io/process-io.ts';
import { OpenSession } from '../../kubectl/session/open-session.ts';
import { machineKubeconfig } from '../kubectl/machine-kubeconfig.ts';
import { openBrowser } from './open-browser.ts';
import { openingPage } from './opening-page.ts';
import { startRelay } from './relay.ts';

export interface DashboardChoices {
  readonly name: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly port: number;
  readonly open: boolean;
  readonly output: 'text' | 'json';
}

interface Code {
  readonly code: string;
  readonly expiresInSeconds: number;
}

/** The exit code. */
export async function runDashboard(choices: DashboardChoices): Promise<number> {
  const kubeconfig = choices.kubeconfig ?? machineKubeconfig(choices.name);
  const io = processIo({ env: { ...process.env, KUBECONFIG: kubeconfig } });
  const session = new OpenSession({
    flags: flagsWith(choices.context ?? ''),
    io,
    userAgent: 'tiphys-dashboard',
    commandPath: 'tiphys dashboard',
  });
  try {
    const { code, expiresInSeconds } = await session.json<Code>({
      method: 'POST',
      path: '/dashboard/codes',
      headers: { 'x-tiphys-dashboard': 'none' },
    });
    const relay = await startRelay(await session.streamTarget(), choices.port);
    const address = `http://127.0.0.1:${relay.port}/dashboard/`;
    const url = `${address}#code=${code}`;
    io.out(
      choices.output === 'json'
        ? `${JSON.stringify({ url, address, expiresInSeconds })}\n`
        : `The dashboard is at ${url}\nThis address logs in once, within ${expiresInSeconds} seconds. Ctrl-C ends the dashboard.\n`,
    );
    const page = choices.open ? openingPage(url) : undefined;
    if (page && !openBrowser(page.url)) io.err('There is no browser to open: open the address yourself.\n');
    if (!io.signal.aborted) await once(io.signal, 'abort');
    page?.remove();
    relay.close();
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    const { errorText } = await import('../../kubectl/errors/text.ts');
    const { text, code } = errorText(error);
    io.err(`${text}\n`);
    return code;
  } finally {
    session.close();
  }
}

const flagsWith = (context: string): GlobalFlags => {
  const initial = Object.entries(globalFlags).map(([name, flag]) => [name, flag.initial]);
  return { ...(Object.fromEntries(initial) as GlobalFlags), context };
};
