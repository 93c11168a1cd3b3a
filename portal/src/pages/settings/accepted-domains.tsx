// The domains that are an organization's own.
import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, NotShown } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';

export function AcceptedDomains() {
  const { domains: strings } = useStrings().settings;
  const { organizationId } = useOrganization();
  const mayChange = useMay('connectors.write');
  const query = useQuery({
    queryKey: ['accepted-domains', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/accepted-domains', { params: { query: { organizationId } } })),
  });
  return (
    <>
      {!mayChange && <NotShown what={strings.mayNot} right={strings.right} />}
      <Section title={strings.title} description={strings.text}>
        <Answered query={query} lines={3}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={strings.none}>{strings.noneText}</Empty>
            ) : (
              <Domains domains={items} mayChange={mayChange} />
            )
          }
        </Answered>
      </Section>
      {mayChange && <AddDomain />}
    </>
  );
}

interface DomainsProps {
  readonly domains: readonly { readonly domain: string; readonly organizationId: string }[];
  readonly mayChange: boolean;
}

function Domains({ domains, mayChange }: DomainsProps) {
  const { parts, frame, settings } = useStrings();
  const strings = settings.domains;
  const { organizations } = useOrganization();
  const afterChange = useAfterChange();
  const [asked, setAsked] = useState<string>();
  const remove = async (domain: string) => {
    await answer(api.DELETE('/api/v1/accepted-domains/{domain}', { params: { path: { domain } } }));
    await afterChange(strings.removed(domain), 'accepted-domains');
  };
  const nameOf = (id: string) => organizations.find((each) => each.id === id)?.name ?? id;
  type Row = DomainsProps['domains'][number];
  return (
    <>
      <ShortTable
        label={strings.list}
        columns={[
          { label: strings.domain, cell: ({ domain }: Row) => domain },
          ...(organizations.length > 1
            ? [{ label: frame.organization, cell: ({ organizationId }: Row) => nameOf(organizationId) }]
            : []),
          ...(mayChange
            ? [
                {
                  label: parts.remove,
                  align: 'end' as const,
                  cell: ({ domain }: Row) => (
                    <Button size="small" aria-label={`${parts.remove}: ${domain}`} onClick={() => setAsked(domain)}>
                      {parts.remove}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
        rows={domains}
        keyOf={({ domain }) => domain}
      />
      {asked !== undefined && (
        <Confirmation
          title={strings.removeTitle(asked)}
          action={parts.remove}
          act={() => remove(asked)}
          onClose={() => setAsked(undefined)}
        >
          {strings.removeText}
        </Confirmation>
      )}
    </>
  );
}

function AddDomain() {
  const { domains: strings } = useStrings().settings;
  const { organizationId } = useOrganization();
  const afterChange = useAfterChange();
  const [text, setText] = useState('');
  const domain = text.trim();
  const add = async () => {
    const added = await answer(api.POST('/api/v1/accepted-domains', { body: { domain, organizationId } }));
    setText('');
    await afterChange(strings.added(added.domain), 'accepted-domains');
  };
  return (
    <Section title={strings.add}>
      <Form action={strings.add} isReady={domain !== ''} act={add}>
        <Field label={strings.domain} hint={strings.hint}>
          <Input value={text} autoComplete="off" onChange={(_, { value }) => setText(value)} />
        </Field>
      </Form>
    </Section>
  );
}
