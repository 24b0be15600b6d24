// The first page.
import { Empty } from '../../pieces/small.tsx';

export default function OverviewPage() {
  return (
    <div class="page">
      <header class="page-head">
        <h1>Overview</h1>
      </header>
      <Empty title="Choose a kind on the left" />
    </div>
  );
}
