import { Page } from '../../parts/page.tsx';
import { useStrings } from '../../strings/strings.tsx';

export default function Home() {
  const { frame } = useStrings();
  return <Page title={frame.pages.home}>{null}</Page>;
}
