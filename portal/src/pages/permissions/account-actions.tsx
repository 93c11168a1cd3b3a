// What can be done to an account, each after a question; a new one-time password is shown once.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { Confirmation } from '../../parts/confirmation.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type Account, changeAccount, useAfterChange } from './account.ts';

type Deed = 'disable' | 'enable' | 'resetPassword' | 'resetSecondFactor' | 'delete';

export interface AccountActionsProps {
  readonly account: Account;
  /** Called when the account is deleted. */
  readonly onGone: () => void;
}

export function AccountActions({ account, onGone }: AccountActionsProps) {
  const { permissions: strings, parts } = useStrings();
  const [deed, setDeed] = useState<Deed>();
  const [password, setPassword] = useState('');
  const isLocal = account.kind === 'local';
  return (
    <>
      {isLocal && <Button onClick={() => setDeed('resetPassword')}>{strings.resetPassword}</Button>}
      {isLocal && account.hasSecondFactor && (
        <Button onClick={() => setDeed('resetSecondFactor')}>{strings.resetSecondFactor}</Button>
      )}
      <Button onClick={() => setDeed(account.enabled ? 'disable' : 'enable')}>
        {account.enabled ? strings.disable : strings.enable}
      </Button>
      <Button onClick={() => setDeed('delete')}>{strings.delete}</Button>
      {deed !== undefined && (
        <Question
          deed={deed}
          account={account}
          onPassword={setPassword}
          onGone={onGone}
          onClose={() => setDeed(undefined)}
        />
      )}
      {password !== '' && (
        <Flyout
          title={strings.resetDone(account.name)}
          onClose={() => setPassword('')}
          actions={<Button onClick={() => setPassword('')}>{parts.close}</Button>}
        >
          <SecretOnce label={strings.oneTimePassword} secret={password} text={strings.oneTimeText} />
        </Flyout>
      )}
    </>
  );
}

interface QuestionProps extends AccountActionsProps {
  readonly deed: Deed;
  readonly onPassword: (password: string) => void;
  readonly onClose: () => void;
}

function Question({ deed, account, onPassword, onGone, onClose }: QuestionProps) {
  const { permissions: strings } = useStrings();
  const afterChange = useAfterChange();
  const tell = useTell();
  const { id, name } = account;
  const path = { params: { path: { id } } };
  const deeds: Readonly<Record<Deed, { title: string; text?: string; action: string; act: () => Promise<unknown> }>> = {
    disable: {
      title: strings.disableTitle(name),
      text: strings.disableText,
      action: strings.disable,
      act: async () => {
        await changeAccount(id, { enabled: false });
        tell(strings.disabled(name));
      },
    },
    enable: {
      title: strings.enableTitle(name),
      action: strings.enable,
      act: async () => {
        await changeAccount(id, { enabled: true });
        tell(strings.enabled(name));
      },
    },
    resetPassword: {
      title: strings.resetTitle(name),
      text: strings.resetText,
      action: strings.resetPassword,
      act: async () => {
        const { oneTimePassword } = await answer(api.POST('/api/v1/accounts/{id}/reset-password', path));
        onPassword(oneTimePassword);
      },
    },
    resetSecondFactor: {
      title: strings.resetSecondFactorTitle(name),
      text: strings.resetSecondFactorText,
      action: strings.resetSecondFactor,
      act: async () => {
        await answer(api.POST('/api/v1/accounts/{id}/reset-totp', path));
        tell(strings.secondFactorRemoved(name));
      },
    },
    delete: {
      title: strings.deleteTitle(name),
      text: strings.deleteText,
      action: strings.delete,
      act: async () => {
        await answer(api.DELETE('/api/v1/accounts/{id}', path));
        tell(strings.deleted(name));
        onGone();
      },
    },
  };
  const { title, text, action, act } = deeds[deed];
  const actThenRefresh = async () => {
    await act();
    await afterChange();
  };
  return (
    <Confirmation title={title} action={action} act={actThenRefresh} onClose={onClose}>
      {text}
    </Confirmation>
  );
}
