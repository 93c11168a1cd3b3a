// What the restricted entity is: of a connector, how it is recognized and what is asked of it.
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { toProblem } from '../../api/problem.ts';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, NotShown } from '../../parts/answered.tsx';
import { Details } from '../../parts/details.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { IncidentEvidence } from './incident.ts';

export function Settings({ evidence: { restriction } }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const { kind, id, name } = restriction;
  const may = useMay('connectors.read');
  const words = strings.settings;
  if (kind === 'user') {
    return (
      <Section title={words.userTitle}>
        <Details entries={[[words.login, name]]} />
      </Section>
    );
  }
  return (
    <Section title={words.title} actions={may && <RouteLink to={`/connectors/${id}`}>{words.open}</RouteLink>}>
      {may ? <ConnectorSettings id={id} /> : <NotShown what={words.notShown} right={words.right} />}
    </Section>
  );
}

function ConnectorSettings({ id }: { id: string }) {
  const { evidence: strings } = useStrings();
  const query = useQuery({
    queryKey: ['connectors', { id }],
    queryFn: () => answer(api.GET('/api/v1/connectors/{id}', { params: { path: { id } } })),
  });
  if (query.isError && toProblem(query.error).status === 404) return <Empty title={strings.settings.gone} />;
  return <Answered query={query}>{(connector) => <Facts connector={connector} />}</Answered>;
}

function Facts({ connector }: { connector: Schemas['Connector'] }) {
  const { parts, evidence: strings } = useStrings();
  const words = strings.settings;
  const yesOrNo = (is: boolean) => (is ? parts.yes : parts.no);
  const listed = (...values: readonly string[]) => values.filter((value) => value !== '').join(', ') || undefined;
  return (
    <Details
      entries={[
        [words.mode, words.modes[connector.mode]],
        [words.enabled, yesOrNo(connector.enabled)],
        [words.addresses, listed(...connector.senderIpAddresses)],
        [words.certificates, listed(connector.tlsSenderCertificateName, ...connector.clientCertificateFingerprints)],
        [words.logins, listed(...connector.saslUsernames)],
        [words.local, connector.localSubmission ? parts.yes : undefined],
        [words.bulk, yesOrNo(connector.bulk)],
        [words.comment, connector.comment || undefined],
        [words.created, <Time key="created" at={connector.createdAt} />],
      ]}
    />
  );
}
