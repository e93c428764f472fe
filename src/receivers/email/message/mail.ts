import type { Attachment } from '../../../templating/attachments.ts';
import type { Mailbox } from './addresses.ts';

/** An email before it is encoded. */
export interface Mail {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  /** ms */
  readonly date: number;
  readonly messageId: string;
  readonly root: string;
  /** Lower case; critical and high raise the email's priority. */
  readonly severity: string;
  /** The file's own headers, rendered: canonical name to text. They replace those above. */
  readonly headers: ReadonlyMap<string, string>;
  /** undefined: no such part. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
}
