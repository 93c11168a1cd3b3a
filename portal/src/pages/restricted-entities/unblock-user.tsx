// The flyout **Unblock user** of the article: the page **Overview**, **Next**, the page **Unblock user**, **Submit**, **Yes**.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Link,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { FlyoutSection } from '../../parts/flyout-section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { OfEntity } from './of-entity.tsx';
import { useOpened } from './opened.ts';
import { OrderForm } from './order-form.tsx';
import { Recommendations } from './recommendations.tsx';
import { PLAIN_ORDER, type RestrictedEntityDetails, type UnblockOrder } from './restricted-entity.ts';
import { Summary } from './summary.tsx';
import type { UnblockOneProps } from './unblock-connector.tsx';
import { WhyNot } from './why-not.tsx';

const useStyles = makeStyles({
  steps: {
    display: 'flex',
    gap: tokens.spacingHorizontalL,
    margin: 0,
    padding: 0,
    listStyleType: 'none',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  step: { padding: `${tokens.spacingVerticalXS} 0`, color: tokens.colorNeutralForeground3 },
  here: {
    padding: `${tokens.spacingVerticalXS} 0`,
    fontWeight: tokens.fontWeightSemibold,
    borderBottom: `2px solid ${tokens.colorBrandStroke1}`,
  },
});

type Step = 'overview' | 'unblock';

export function UnblockUser({ id, query, unblock }: UnblockOneProps) {
  const { parts, restrictedEntities: strings } = useStrings();
  const { open } = useOpened();
  const may = useMay('restricted-entities.write');
  const [step, setStep] = useState<Step>('overview');
  const [order, setOrder] = useState(PLAIN_ORDER);
  const close = () => open(undefined);
  const name = query.data?.name ?? '';
  return (
    <Flyout
      title={strings.unblockUser}
      onClose={close}
      actions={
        <>
          {step === 'unblock' && <Button onClick={() => setStep('overview')}>{parts.back}</Button>}
          {step === 'overview' && (
            <Button appearance="primary" disabled={!may || !query.isSuccess} onClick={() => setStep('unblock')}>
              {parts.next}
            </Button>
          )}
          {step === 'unblock' && (
            <Sure name={name} onYes={() => unblock.mutate({ id, order })}>
              <Button appearance="primary" disabled={!query.isSuccess || unblock.isPending}>
                {strings.submit}
              </Button>
            </Sure>
          )}
          <Button onClick={close}>{parts.cancel}</Button>
        </>
      }
    >
      <OfEntity id={id} query={query}>
        {(entity) => (
          <>
            <Steps step={step} />
            <WhyNot />
            {step === 'overview' ? (
              <>
                <FlyoutSection title={strings.overview}>
                  <Summary entity={entity} />
                </FlyoutSection>
                <Recommendations recommendations={entity.recommendations} />
              </>
            ) : (
              <Account entity={entity} order={order} disabled={unblock.isPending} onChange={setOrder} />
            )}
            {unblock.isError && <ProblemBar error={unblock.error} />}
          </>
        )}
      </OfEntity>
    </Flyout>
  );
}

function Steps({ step }: { step: Step }) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  const steps = [
    ['overview', strings.overview],
    ['unblock', strings.unblockUser],
  ] as const;
  return (
    <ol className={styles.steps} aria-label={strings.steps}>
      {steps.map(([each, title]) => (
        <li
          key={each}
          className={each === step ? styles.here : styles.step}
          aria-current={each === step ? 'step' : undefined}
        >
          {title}
        </li>
      ))}
    </ol>
  );
}

interface AccountProps {
  readonly entity: RestrictedEntityDetails;
  readonly order: UnblockOrder;
  readonly disabled: boolean;
  readonly onChange: (order: UnblockOrder) => void;
}

/** What only the place where the account lives can do is linked, where the organization has said where that is. */
function Account({ entity, ...form }: AccountProps) {
  const { restrictedEntities: strings } = useStrings();
  const { organizations } = useOrganization();
  const { enableMfaUrl, resetPasswordUrl } = organizations.find(({ id }) => id === entity.organizationId) ?? {};
  return (
    <>
      {enableMfaUrl && (
        <FlyoutSection title={strings.mfa}>
          <Text>{strings.mfaText}</Text>
          <Elsewhere url={urlFor(enableMfaUrl, entity.name)}>{strings.enableMfa}</Elsewhere>
        </FlyoutSection>
      )}
      {resetPasswordUrl && (
        <FlyoutSection title={strings.changePassword}>
          <Text>{strings.changePasswordText}</Text>
          <Elsewhere url={urlFor(resetPasswordUrl, entity.name)}>{strings.resetPassword}</Elsewhere>
        </FlyoutSection>
      )}
      <OrderForm {...form} />
    </>
  );
}

const urlFor = (template: string, login: string): string => template.replaceAll('{user}', encodeURIComponent(login));

function Elsewhere({ url, children }: { url: string; children: ReactNode }) {
  return (
    <Link href={url} target="_blank" rel="noopener noreferrer">
      {children}
    </Link>
  );
}

function Sure({ name, onYes, children }: { name: string; onYes: () => void; children: React.ReactElement }) {
  const { parts, restrictedEntities: strings } = useStrings();
  return (
    <Dialog modalType="alert">
      <DialogTrigger disableButtonEnhancement>{children}</DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{strings.sure(name)}</DialogTitle>
          <DialogContent>{strings.sureText}</DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button appearance="primary" onClick={onYes}>
                {parts.yes}
              </Button>
            </DialogTrigger>
            <DialogTrigger disableButtonEnhancement>
              <Button>{parts.no}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
