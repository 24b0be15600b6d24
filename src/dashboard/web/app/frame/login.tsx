// For who has no session: by `tiphys dashboard`, or by a token.
import { useState } from 'preact/hooks';
import { logIn } from '../../api/session.ts';
import { Icon } from '../../pieces/icons.tsx';

export function Login() {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      if (!(await logIn({ token: token.trim() }))) setProblem('The server does not accept this token.');
    } catch {
      setProblem('The server cannot be reached.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form class="login-card" onSubmit={(event) => void submit(event)}>
        <div class="login-brand">
          <Icon name="helm" />
          <h1>Tiphys</h1>
        </div>
        <p>
          Run <code>tiphys dashboard</code>: it opens this page and logs you in as the user of your
          kubeconfig.
        </p>
        <label>
          Or log in with a token
          <textarea
            rows={4}
            class="mono"
            autocomplete="off"
            spellcheck={false}
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <p class="hint">
          For example of <code>kubectl create token SERVICEACCOUNT</code>
        </p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="button primary" disabled={busy || token.trim() === ''}>
          Log in
        </button>
      </form>
    </main>
  );
}
