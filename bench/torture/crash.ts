import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTACK_LABEL } from '../../test/support/attacks.ts';
import { freePort } from '../../test/support/ports.ts';
import { TestProcess, temporaryDirectory } from '../../test/support/process.ts';
import { TOCSIN } from '../../test/support/tocsin.ts';
import { Attacker } from './attacker.ts';
import { Load } from './load.ts';
import { MAIL_TEXT, Mailbox } from './mailbox.ts';
import { Random } from './random.ts';
import { judge, type Verdict } from './verdict.ts';

/** ms that the last process gets to deliver what is left. */
const PATIENCE = 60_000;
/** ms without a new mail after which nothing more is expected. */
const QUIET = 1_500;

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** No further kill after this many, however few there were. */
  readonly seconds: number;
  readonly onProgress?: (text: string) => void;
}

export interface CrashReport extends Verdict {
  readonly seed: number;
  readonly kills: number;
  /** Of them: before the process answered requests. */
  readonly killedAtStart: number;
  readonly requests: number;
  /** Requests without a 200: refused, cut off, or no process there. */
  readonly refused: number;
  /** Hostile requests, and those of them that made something fail inside. */
  readonly attacks: number;
  readonly faults: readonly string[];
  /** How the last process ended after SIGTERM; 0 is well. */
  readonly exitCode: number | null;
  readonly seconds: number;
}

const config = (smarthost: string): unknown => ({
  global: { smtp_smarthost: smarthost, smtp_from: 'tocsin@example.org', smtp_require_tls: false },
  route: {
    receiver: 'mail',
    group_by: ['namespace'],
    group_wait: '300ms',
    group_interval: '1s',
    repeat_interval: '24h',
    routes: [{ receiver: 'nobody', matchers: [`${ATTACK_LABEL.name}="${ATTACK_LABEL.value}"`] }],
  },
  receivers: [
    { name: 'nobody' },
    { name: 'mail', email_configs: [{ to: 'soc@example.org', send_resolved: true, text: MAIL_TEXT }] },
  ],
});

/** Kills a real process again and again while three senders post and one attacks, and compares the mails with what was promised. */
export async function crash({ kills: wanted, seed, seconds, onProgress }: CrashOptions): Promise<CrashReport> {
  const random = new Random(seed);
  const began = performance.now();
  const directory = temporaryDirectory('torture');
  const mailbox = await Mailbox.start(() => random.between(0, 60));
  const port = await freePort();
  const file = join(directory.path, 'tocsin.yml');
  writeFileSync(file, JSON.stringify(config(mailbox.address)));
  const start = (): TestProcess =>
    TestProcess.start(process.execPath, [
      TOCSIN,
      `--config.file=${file}`,
      `--storage.path=${join(directory.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
  const listens = (server: TestProcess): Promise<unknown> => server.waitForOutput(/Listening on/, 60_000);
  const load = new Load(`http://127.0.0.1:${port}`, random, mailbox);
  const attacker = new Attacker(`http://127.0.0.1:${port}`, seed);
  const kills: number[] = [];
  let killedAtStart = 0;

  try {
    load.start();
    attacker.start();
    while (kills.length < wanted && performance.now() - began < seconds * 1_000) {
      const server = start();
      if (random.chance(0.2)) {
        killedAtStart++;
        await pause(random.between(0, 1_500));
      } else {
        await listens(server);
        await pause(random.between(0, 1_200));
      }
      server.signal('SIGKILL');
      const { signal } = await server.exited;
      if (signal !== 'SIGKILL') throw new Error(`ended before it was killed:\n${server.output}`);
      kills.push(performance.now());
      onProgress?.(`${kills.length} kills, ${load.acknowledged.size} acknowledged, ${mailbox.mails.length} mails`);
    }
    const last = start();
    await listens(last);
    await Promise.all([load.stop(), attacker.stop()]);
    await delivered(load, mailbox);
    const { code } = await last.stop();
    const { posted, acknowledged, requests, refused } = load;
    return {
      ...judge({ posted, acknowledged, mails: mailbox.mails, kills }),
      seed,
      kills: kills.length,
      killedAtStart,
      requests,
      refused,
      attacks: attacker.requests,
      faults: attacker.faults,
      exitCode: code,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    await attacker.stop();
    mailbox.close();
    directory.remove();
  }
}

/** Until everything that was promised is there and nothing more comes, for a bounded time. */
async function delivered(load: Load, mailbox: Mailbox): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  const isDone = (): boolean => [...load.acknowledged].every((line) => mailbox.told.has(line));
  while (performance.now() < deadline) {
    const before = mailbox.mails.length;
    await pause(QUIET);
    if (isDone() && mailbox.mails.length === before) return;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
