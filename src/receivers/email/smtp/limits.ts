/** What Tocsin allows itself at one server. */
const MOST = { connections: 10, messages: 100 } as const;
/** ms that a reused connection has for its first reply, at least: more than that is a dead one. */
const FIRST_REPLY = 1_000;
const MOST_FIRST_REPLY = 30_000;
/** Refusals that are remembered as the message's own fault. */
const MOST_REFUSALS = 100;

/** Words of servers (Microsoft 365, Gmail, Postfix, Exim, ...) that get too much at once. */
const THROTTLED =
  /concurren|throttl|thread limit|slow down|rate.?limit|too (?:quickly|fast)|(?:server|system|service) (?:is )?(?:too )?busy|(?:too many|maximum|limit|exceed\w*)[^.;]*(?:connections|logins?|login attempts|requests)/i;
/** Greylisting is about the message, a session's count of messages about the connection. */
const OTHER_REASONS = /gr[ea]y.?list|(?:messages|mails|emails|transactions) (?:per|in this|for this|on this)/i;

/** Whether a reply says that the server gets too much at once. */
export function isThrottling(reply: string): boolean {
  if (/^432\b/.test(reply)) return true;
  return /^(?:421|45[0-4])\b/.test(reply) && THROTTLED.test(reply) && !OTHER_REASONS.test(reply);
}

/** What a mail server turned out to allow. Forgotten once all connections are closed. */
export class ServerLimits {
  /** Connections at once. */
  connections: number = MOST.connections;
  /** Messages on one connection. */
  messages: number = MOST.messages;
  /** Counts the changes of `connections` by `shrink`. */
  revision = 0;
  #slowestReply = 0;
  readonly #refusals = new Set<string>();

  /** ms after which a reused connection without a first reply is given up: for a slow server, more than usual. */
  get firstReply(): number {
    return Math.min(Math.max(FIRST_REPLY, 3 * this.#slowestReply), MOST_FIRST_REPLY);
  }

  reset(): void {
    this.connections = MOST.connections;
    this.messages = MOST.messages;
    this.#refusals.clear();
  }

  /**
   * One connection less than are open, since a message was refused that began when the limit was the `seen`th. Others
   * that were refused at the same time do not lower it again.
   */
  shrink(open: number, seen: number): void {
    if (seen !== this.revision) return;
    this.connections = Math.max(1, Math.min(this.connections, open) - 1);
    this.revision++;
  }

  /** @param ms that the first reply to a message took */
  noteFirstReply(ms: number): void {
    this.#slowestReply = Math.max(this.#slowestReply, ms);
  }

  /** A new connection took what one that had carried so many messages refused. */
  noteMessages(carried: number): void {
    this.messages = Math.min(this.messages, carried);
  }

  /** A new connection refused it as well: the next message with this reply need not be tried twice. */
  noteRefusal(reply: string): void {
    if (this.#refusals.size < MOST_REFUSALS) this.#refusals.add(withoutNumbers(reply));
  }

  isKnownRefusal(reply: string): boolean {
    return this.#refusals.has(withoutNumbers(reply));
  }
}

/** Queue ids and times differ each time. */
function withoutNumbers(reply: string): string {
  return reply.slice(0, 4) + reply.slice(4).replace(/[\da-f]*\d[\da-f]*/gi, '0');
}
