// The demo's Postfix, as much of it as the guard sees: it asks the policy door for each recipient of somebody who has signed in.
import { connect } from 'node:net';

export interface Submission {
  readonly saslUsername: string;
  /** Postfix's name of the message. */
  readonly instance: string;
  readonly recipients: readonly string[];
}

/**
 * Asks for one recipient after the other of one message, until one is not let pass. Resolves to the door's last action, for example
 * `DUNNO` or `550 5.1.90 ...`; rejects where nobody answers.
 */
export async function askPolicy(port: number, { saslUsername, instance, recipients }: Submission): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.setEncoding('utf8');
  try {
    const answers = actionsOf(socket);
    let action = 'DUNNO';
    for (const recipient of recipients) {
      socket.write(question({ instance, sasl_username: saslUsername, sender: saslUsername, recipient }));
      const { value, done } = await answers.next();
      if (done === true) throw new Error('the policy door closed without an answer');
      action = value;
      if (action !== 'DUNNO') break;
    }
    return action;
  } finally {
    socket.destroy();
  }
}

async function* actionsOf(chunks: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      yield text.slice('action='.length, end);
      text = text.slice(end + 2);
    }
  }
  return undefined;
}

/** Attributes of Postfix's policy delegation protocol; those that are missing are empty. */
function question(attributes: Readonly<Record<string, string>>): string {
  const all = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    protocol_name: 'ESMTP',
    client_address: '203.0.113.20',
    client_name: 'home.carla.example',
    helo_name: 'laptop.carla.example',
    sasl_method: 'PLAIN',
    ...attributes,
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}\n`;
}
