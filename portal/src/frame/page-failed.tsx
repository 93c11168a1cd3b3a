// A page that fell over, or whose code could not be loaded: after an upgrade the old page asks for files that are gone.
import { Button } from '@fluentui/react-components';
import { useRouteError } from 'react-router';
import { Page } from '../parts/page.tsx';
import { useStrings } from '../strings/strings.tsx';

export function PageFailed() {
  const { frame } = useStrings();
  const error = useRouteError();
  return (
    <Page title={frame.pageFailed} actions={<Button onClick={() => window.location.reload()}>{frame.reload}</Button>}>
      <pre>{error instanceof Error ? error.message : String(error)}</pre>
    </Page>
  );
}
