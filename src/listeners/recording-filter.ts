// Test support: a content filter that says what its test scripted and remembers what it was asked about.
import type { ContentFilter, Envelope } from '../content-filter/content-filter.ts';
import { MessageCopy } from '../content-filter/message-copy.ts';

export class RecordingFilter implements ContentFilter {
  /** What it was asked about; the message is undefined where it was too long. */
  readonly asked: { readonly message: string | undefined; readonly envelope: Envelope }[] = [];
  maximumBytes = 100_000;
  onWord: () => Promise<boolean | undefined> = async () => undefined;

  begin(bytesAre: 'plain' | 'dot-stuffed'): MessageCopy {
    return new MessageCopy(this.maximumBytes, bytesAre === 'dot-stuffed');
  }

  word(copy: MessageCopy, envelope: Envelope): Promise<boolean | undefined> {
    this.asked.push({ message: copy.message?.toString('latin1'), envelope });
    return this.onWord();
  }
}
