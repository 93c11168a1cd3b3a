// The notification path: the mail that Cordon itself sends (non-delivery reports now). It never stands between a question and
// an answer, and what cannot be sent is logged, not queued: Cordon holds no mail.
import { createTransport } from 'nodemailer';

export interface NotificationOptions {
  readonly host: string;
  readonly port: number;
  readonly onFailure: (error: unknown) => void;
}

export interface NotificationPath {
  /** Hands a finished message to the mail server; envelope sender '' is the null reverse-path. Does not wait. */
  send(envelopeSender: string, recipient: string, message: Buffer): void;
  close(): void;
}

export function openNotificationPath(options: NotificationOptions): NotificationPath {
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: options.host,
    port: options.port,
    secure: false,
    ignoreTLS: true,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
  return {
    send(envelopeSender, recipient, message) {
      transport
        .sendMail({ envelope: { from: envelopeSender, to: [recipient] }, raw: message })
        .catch((error: unknown) => options.onFailure(error));
    },
    close: () => transport.close(),
  };
}
