// What is known of a restricted entity, in pairs: since when, why, on what evidence, and what got out.
import { MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { toProblem } from '../../api/problem.ts';
import { useFormat } from '../../context/format.tsx';
import { Details } from '../../parts/details.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { alertPath, incidentPath } from './addresses.ts';
import { type RestrictedEntity, type RestrictedEntityDetails, useSources, useWhatGotOut } from './restricted-entity.ts';

const useStyles = makeStyles({
  evidence: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXXS },
  families: { margin: 0, paddingInlineStart: tokens.spacingHorizontalL },
  sources: { margin: 0, padding: 0, listStyleType: 'none' },
  sum: { color: tokens.colorNeutralForeground3 },
});

export function Summary({ entity }: { entity: RestrictedEntityDetails }) {
  const { restrictedEntities: strings } = useStrings();
  return (
    <>
      {!entity.durable && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{strings.notDurable}</MessageBarBody>
        </MessageBar>
      )}
      <Details
        entries={[
          [strings.name, entity.name],
          [strings.entity, strings.kinds[entity.kind]],
          [strings.restrictedOn, <Time key="since" at={entity.since} />],
          [strings.until, entity.until === undefined ? strings.untilUnblocked : <Time key="until" at={entity.until} />],
          [strings.cause, strings.causes[entity.cause]],
          [strings.restrictedBy, entity.restrictedBy],
          [strings.reason, entity.evidence === undefined ? entity.reason || undefined : undefined],
          [strings.evidence, <Evidence key="evidence" entity={entity} />],
          [strings.attempts, <Attempts key="attempts" entity={entity} />],
          [strings.whatGotOut, <WhatGotOut key="out" entity={entity} />],
          [strings.source, <Sources key="source" entity={entity} />],
          [strings.alert, entity.alertId && <RouteLink to={alertPath(entity.alertId)}>{strings.openAlert}</RouteLink>],
        ]}
      />
    </>
  );
}

/** In plain words, what weighs most first. */
function Evidence({ entity }: { entity: RestrictedEntityDetails }) {
  const styles = useStyles();
  const { restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const { evidence } = entity;
  const link = <RouteLink to={incidentPath(entity)}>{strings.fullEvidence}</RouteLink>;
  if (evidence === undefined) return link;
  const against = evidence.families.filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum);
  return (
    <div className={styles.evidence}>
      <ul className={styles.families}>
        {against.map(({ family, words }) => (
          <li key={family}>{words}</li>
        ))}
      </ul>
      <Text size={200} className={styles.sum}>
        {strings.evidenceSum(format.number(evidence.sum, 1), format.number(evidence.threshold, 1))}
      </Text>
      {link}
    </div>
  );
}

function Attempts({ entity: { attemptsSince } }: { entity: RestrictedEntity }): ReactNode {
  const { restrictedEntities: strings } = useStrings();
  const format = useFormat();
  if (attemptsSince === undefined || attemptsSince.messages === 0) return strings.attemptsNone;
  const { messages, recipients, lastAt } = attemptsSince;
  return (
    <>
      {strings.attemptsInWords(format.number(messages), format.number(recipients))}
      {lastAt !== undefined && (
        <>
          . {strings.lastAttemptAgo} <Time at={lastAt} how="ago" />
        </>
      )}
    </>
  );
}

const FATES = ['delivered', 'queued', 'bounced', 'unknown'] as const;

function WhatGotOut({ entity }: { entity: RestrictedEntity }): ReactNode {
  const { parts, restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const query = useWhatGotOut(entity);
  if (query.isPending) return parts.loading;
  if (query.data === undefined) {
    const problem = toProblem(query.error);
    return problem.status === 403 ? parts.needsRight(strings.whatGotOutRight) : problem.detail;
  }
  const { messages, recipients } = query.data;
  if (messages === 0) return strings.whatGotOutNone;
  const fates = FATES.filter((fate) => recipients[fate] > 0).map(
    (fate) => `${format.number(recipients[fate])} ${strings.fates[fate]}`,
  );
  return strings.whatGotOutInWords(format.number(messages), format.number(recipients.accepted), fates.join(', '));
}

const MOST_SOURCES = 3;

/** Where the mail of the attack came from: an address that it never used before is somebody else's machine. */
function Sources({ entity }: { entity: RestrictedEntity }): ReactNode {
  const styles = useStyles();
  const { parts, restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const query = useSources(entity);
  if (query.isPending) return parts.loading;
  if (query.data === undefined) return toProblem(query.error).detail;
  const { sources } = query.data;
  if (sources.length === 0) return strings.sourceNone;
  const more = sources.length - MOST_SOURCES;
  return (
    <ul className={styles.sources}>
      {sources.slice(0, MOST_SOURCES).map(({ clientAddress, clientName, messages, usedBefore }) => (
        <li key={clientAddress}>
          {clientAddress}
          {clientName !== '' && ` (${clientName})`}, {strings.sourceMessages(format.number(messages))}
          {usedBefore === false && `, ${strings.sourceNew}`}
        </li>
      ))}
      {more > 0 && <li>{strings.sourceMore(format.number(more))}</li>}
    </ul>
  );
}
