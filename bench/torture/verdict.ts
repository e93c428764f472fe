/** A mail that reached the server. */
export interface DeliveredMail {
  readonly messageId: string;
  /** `firing NAME` or `resolved NAME`, one for each alert in it. */
  readonly told: readonly string[];
  /** When the server had all of it; ms on the same scale as the kills. */
  readonly at: number;
}

/** What happened, before it is judged. */
export interface Evidence {
  /** `firing NAME` or `resolved NAME` of everything that was sent, and of what got a 200. */
  readonly posted: ReadonlySet<string>;
  readonly acknowledged: ReadonlySet<string>;
  readonly mails: readonly DeliveredMail[];
  /** When the process was killed. */
  readonly kills: readonly number[];
}

export interface Verdict {
  readonly posted: number;
  readonly acknowledged: number;
  /** Of the acknowledged: told in a mail. */
  readonly delivered: number;
  /** Acknowledged, but in no mail. */
  readonly lost: readonly string[];
  readonly mails: number;
  /** Mails beyond the first with the same content, by whether a mailbox can tell that they are copies. */
  readonly doubledSameId: number;
  readonly doubledOtherId: number;
  /** Copies, of either kind, although nothing was killed between the first and the second. */
  readonly doubledNeedlessly: number;
  /** Mails with a Message-ID that an earlier mail of other content has: a mailbox that drops copies would drop news. */
  readonly hidden: number;
  /** Lines of mails that nobody ever sent. */
  readonly invented: readonly string[];
}

/** Compares what was promised with what is in the mailbox. */
export function judge({ posted, acknowledged, mails, kills }: Evidence): Verdict {
  const told = new Set(mails.flatMap((mail) => mail.told));
  const lost = [...acknowledged].filter((line) => !told.has(line));
  const byContent = Map.groupBy(mails, (mail) => [...mail.told].sort().join('\n'));
  const byId = Map.groupBy(mails, ({ messageId }) => messageId);
  let doubledSameId = 0;
  let doubledOtherId = 0;
  let doubledNeedlessly = 0;
  for (const copies of byContent.values()) {
    copies.slice(1).forEach((copy, i) => {
      const before = copies[i] as DeliveredMail;
      if (copy.messageId === before.messageId) doubledSameId++;
      else doubledOtherId++;
      if (!kills.some((at) => at >= before.at && at <= copy.at)) doubledNeedlessly++;
    });
  }
  let hidden = 0;
  for (const same of byId.values()) hidden += new Set(same.map((mail) => [...mail.told].sort().join('\n'))).size - 1;
  return {
    posted: posted.size,
    acknowledged: acknowledged.size,
    delivered: acknowledged.size - lost.length,
    lost,
    mails: mails.length,
    doubledSameId,
    doubledOtherId,
    doubledNeedlessly,
    hidden,
    invented: [...told].filter((line) => !posted.has(line)),
  };
}

/** Whether the promise was kept. */
export function isKept(verdict: Verdict): boolean {
  const { lost, doubledOtherId, doubledNeedlessly, hidden, invented } = verdict;
  return lost.length + doubledOtherId + doubledNeedlessly + hidden + invented.length === 0;
}
