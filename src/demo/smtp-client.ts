// The demo's clients: they speak real SMTP to the relay, from the loopback address of their connector.
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { DemoMessage } from './senders.ts';

export interface Delivery {
  readonly accepted: boolean;
  /** The relay's last words, as they came over the wire. */
  readonly reply: string;
}

/** Sends one message in a session of its own. A refusal is a value; rejects only where nobody answers. */
export function deliver(message: DemoMessage, port: number, at: number): Promise<Delivery> {
  return new Promise((resolve, reject) => {
    const connection = new SMTPConnection({
      host: '127.0.0.1',
      port,
      localAddress: message.from,
      name: 'client.demo.example',
      ignoreTLS: true,
    });
    const end = (delivery: Delivery) => {
      connection.quit();
      resolve(delivery);
    };
    connection.once('error', (error) => {
      const response = (error as { response?: string }).response;
      if (response === undefined) reject(error);
      else end({ accepted: false, reply: response });
    });
    connection.connect(() => {
      connection.send(
        { from: message.envelopeSender, to: [...message.recipients] },
        render(message, at),
        (error, info) => {
          if (error !== null)
            end({ accepted: false, reply: (error as { response?: string }).response ?? error.message });
          else end({ accepted: true, reply: info.response });
        },
      );
    });
  });
}

function render(message: DemoMessage, at: number): string {
  return [
    `From: ${message.headerFrom}`,
    `To: ${message.recipients.join(', ')}`,
    `Subject: ${message.subject}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${at}.${hash(message.subject + message.recipients[0])}@demo.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    message.text,
    '',
  ].join('\r\n');
}

function hash(text: string): string {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = (Math.imul(value, 31) + text.charCodeAt(i)) >>> 0;
  return value.toString(16);
}
