// Says when the server cannot be reached: what is seen is then of before.
import { connection, connectNow } from '../../api/streams.ts';

export function Banner() {
  if (connection.value !== 'lost') return null;
  return (
    <div class="banner" role="alert">
      The connection to the API server is lost. What you see may be old.
      <button type="button" class="button small" onClick={connectNow}>
        Try again
      </button>
    </div>
  );
}
