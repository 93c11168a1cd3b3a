import { describe, expect, test } from 'vitest';
import { feedbackSources, mailServerName } from './mail-servers.ts';

describe('whose log tells of a door’s mail', () => {
  test('a mail server has one name, however it is written', () => {
    for (const here of ['local', 'localhost', '127.0.0.1', '127.0.0.5', '::1', '::ffff:127.0.0.1']) {
      expect(mailServerName(here)).toBe('local');
    }
    expect(mailServerName('2001:DB8::0:25')).toBe('2001:db8::25');
    expect(mailServerName('Mail.Example.COM')).toBe('mail.example.com');
  });

  test('the mail server that asks', () => {
    const sourceOf = feedbackSources([{ mailServer: 'local' }, { mailServer: '2001:DB8::25' }], undefined);
    expect(sourceOf('milter', 'local')).toBe('local');
    expect(sourceOf('postfix-policy', '2001:db8::25')).toBe('2001:db8::25');
    expect(sourceOf('milter', '192.0.2.25')).toBeUndefined();
    expect(sourceOf('smtp-relay', 'local')).toBeUndefined();
  });

  test('behind our own relay its next hop, not the host that the relay runs on', () => {
    const both = [{ mailServer: 'local' }, { mailServer: 'mail.example.com' }];
    expect(feedbackSources(both, 'Mail.example.com')('smtp-relay', 'local')).toBe('mail.example.com');
    expect(feedbackSources(both, '127.0.0.1')('smtp-relay', 'local')).toBe('local');
    expect(feedbackSources(both, 'other.example.com')('smtp-relay', 'local')).toBeUndefined();
  });
});
