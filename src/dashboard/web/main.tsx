// The page's beginning: who is it, what does the server have, then the frame and the first page.
import { effect } from '@preact/signals';
import { render } from 'preact';
import { systemClock } from '../../kit/clock.ts';
import { findKinds, kinds } from './api/discovery.ts';
import { findSession, hasSessionKey, who } from './api/session.ts';
import { connections, connectStreams } from './api/streams.ts';
import { findPage } from './app/find-page.ts';
import { Login } from './app/frame/login.tsx';
import { Shell } from './app/frame/shell.tsx';
import { followLinks, route } from './app/route.ts';
import { followTheme } from './app/theme.ts';
import { Spinner } from './pieces/small.tsx';
import './styles/main.css';

/** How often custom kinds are looked for, milliseconds. */
const KINDS_EVERY = 30_000;
const RETRY_MS = 2000;

function App() {
  if (who.value === undefined) return <Spinner />;
  return who.value ? <Shell /> : <Login />;
}

async function start(): Promise<void> {
  try {
    await findSession();
  } catch {
    systemClock.after(RETRY_MS, () => void start());
  }
}

followTheme();
followLinks();
const lookForKinds = () => void findKinds().catch(() => undefined);
effect(() => {
  if (!who.value) return;
  connectStreams();
  if (kinds.peek().length === 0) lookForKinds();
});
connections.subscribe((count) => {
  if (count > 1) lookForKinds();
});
systemClock.every(KINDS_EVERY, () => {
  if (who.value && !document.hidden) lookForKinds();
});
// What the first page needs is asked for while the server says who this is.
void findPage(route.peek().path)
  ?.page.load()
  .catch(() => undefined);
if (hasSessionKey() && !location.hash) lookForKinds();
render(<App />, document.getElementById('app')!);
void start();
