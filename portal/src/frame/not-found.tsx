import { Link } from 'react-router';
import { Empty } from '../parts/answered.tsx';
import { Page } from '../parts/page.tsx';
import { useStrings } from '../strings/strings.tsx';

export function NotFound() {
  const { frame } = useStrings();
  return (
    <Page title={frame.notFound}>
      <Empty title={frame.notFoundText}>
        <Link to="/">{frame.toHome}</Link>
      </Empty>
    </Page>
  );
}
