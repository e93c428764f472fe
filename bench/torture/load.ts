import type { Mailbox } from './mailbox.ts';
import type { Random } from './random.ts';
import { type LoadAlert, type SenderName, senders } from './senders.ts';

/** Groups that are filled at the same time, and how many alerts each gets. */
const OPEN_GROUPS = 20;
const GROUP_SIZE = 12;
/** ms between a sender's requests. */
const PAUSE = { least: 10, most: 60 };

interface Sent {
  readonly sender: SenderName;
  readonly alerts: readonly LoadAlert[];
}

/**
 * Three senders that post without pause, each in its own format, and write down what they were promised. Some of what
 * is refused or cut off is sent again later, as real senders do; some of what was told is ended.
 */
export class Load {
  readonly posted = new Set<string>();
  readonly acknowledged = new Set<string>();
  requests = 0;
  refused = 0;
  readonly #url: string;
  readonly #random: Random;
  readonly #mailbox: Mailbox;
  readonly #failed: Sent[] = [];
  readonly #running: Sent[] = [];
  #count = 0;
  #stopped = false;
  #workers: Promise<unknown> = Promise.resolve();

  constructor(url: string, random: Random, mailbox: Mailbox) {
    this.#url = url;
    this.#random = random;
    this.#mailbox = mailbox;
  }

  start(): void {
    const names = Object.keys(senders) as SenderName[];
    this.#workers = Promise.all(names.map((sender) => this.#work(sender)));
  }

  /** Sends what is still to be sent again, and no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#workers;
    for (const sent of this.#failed.splice(0)) await this.#send(sent, 'firing');
  }

  async #work(sender: SenderName): Promise<void> {
    const random = this.#random;
    while (!this.#stopped) {
      const again = random.chance(0.15) ? this.#failed.shift() : undefined;
      const known = random.chance(0.1) ? random.pick(this.#running) : undefined;
      if (again) await this.#send(again, 'firing');
      else if (known && random.chance(0.7)) await this.#end(known);
      else if (known) await this.#send(known, 'firing');
      else await this.#send({ sender, alerts: this.#newAlerts() }, 'firing');
      await new Promise((resolve) => setTimeout(resolve, random.between(PAUSE.least, PAUSE.most)));
    }
  }

  #newAlerts(): LoadAlert[] {
    return Array.from({ length: this.#random.integer(1, 4) }, () => {
      const n = this.#count++;
      const group = Math.floor(n / (OPEN_GROUPS * GROUP_SIZE)) * OPEN_GROUPS + (n % OPEN_GROUPS);
      // Some began a while ago: their group does not wait.
      const startsAt = Date.now() - (this.#random.chance(0.3) ? 60_000 : 0);
      return { name: `d-${n}`, namespace: `ns-${group}`, startsAt };
    });
  }

  /** Only what somebody was told to be firing must be told to be over. */
  async #end(sent: Sent): Promise<void> {
    if (!sent.alerts.every(({ name }) => this.#mailbox.told.has(`firing ${name}`))) return;
    this.#running.splice(this.#running.indexOf(sent), 1);
    await this.#send(sent, 'resolved');
  }

  async #send(sent: Sent, status: 'firing' | 'resolved'): Promise<void> {
    let taken = true;
    const requests = senders[sent.sender](sent.alerts, status);
    for (const [i, { path, body }] of requests.entries()) {
      const about = (requests.length === 1 ? sent.alerts : sent.alerts.slice(i, i + 1)).map(
        ({ name }) => `${status} ${name}`,
      );
      for (const line of about) this.posted.add(line);
      if (await this.#post(path, body)) for (const line of about) this.acknowledged.add(line);
      else taken = false;
    }
    if (status === 'resolved') return;
    if (!taken) {
      if (this.#random.chance(0.5)) this.#failed.push(sent);
    } else if (!this.#running.includes(sent)) this.#running.push(sent);
  }

  async #post(path: string, body: unknown): Promise<boolean> {
    this.requests++;
    try {
      const response = await fetch(this.#url + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      const text = await response.text();
      if (response.status < 500 && (!response.ok || /"rejected":\[[^\]]/.test(text))) {
        throw new Error(`POST ${path}: ${response.status} ${text}`);
      }
      if (!response.ok) this.refused++;
      return response.ok;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('POST ')) throw error;
      this.refused++;
      return false;
    }
  }
}
