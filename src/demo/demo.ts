import { Installation } from './installation.ts';
import type { MailboxMail } from './mailbox.ts';
import { Narrator } from './narrator.ts';
import type { SamplePost } from './samples.ts';
import { type Step, scenario } from './scenario.ts';

const USAGE = `Tocsin's demo: replays typical alerts, narrates each step, and shows the emails on a page.

  npm run demo              Play it, then stay until Ctrl-C.
  npm run demo -- --once    Replay, list what was delivered and exit: 0 when every email came, else 1.`;

/** ms that a mail may take: several times what the groups of the demo wait. */
const PATIENCE = 15_000;

/** A mail that did not come, or a request that was refused. */
class DemoError extends Error {
  override readonly name = 'DemoError';
}

async function play(installation: Installation, narrator: Narrator, signal: AbortSignal): Promise<void> {
  for (const step of scenario(Date.now())) {
    signal.throwIfAborted();
    narrator.step(step.say);
    const before = installation.mailbox.lastId;
    if (step.post) await post(installation.url, step.post(Date.now()), narrator);
    if (step.expect) await arrival(installation, step, before, signal);
  }
}

async function post(url: string, { path, body }: SamplePost, narrator: Narrator): Promise<void> {
  narrator.detail(`POST ${path}`);
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new DemoError(`POST ${path} was answered ${response.status}: ${answer.trim()}`);
}

async function arrival(installation: Installation, step: Step, after: number, signal: AbortSignal): Promise<void> {
  const isIt = ({ id, parsed }: MailboxMail): boolean => id > after && step.expect?.test(parsed.subject ?? '') === true;
  const mail = await installation.mailbox.waitFor(isIt, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]));
  signal.throwIfAborted();
  if (!mail) {
    throw new DemoError(
      `no email with a subject like ${step.expect} came within ${PATIENCE / 1_000} s of: ${step.say}`,
    );
  }
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--once' && arg !== '--help');
  if (unknown !== undefined || args.includes('--help')) {
    if (unknown !== undefined) console.error(`demo: unknown argument ${unknown}\n`);
    console.log(USAGE);
    return unknown === undefined ? 0 : 1;
  }
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const narrator = new Narrator();
  let installation: Installation | undefined;
  try {
    installation = await Installation.start((mail) => narrator.mail(mail));
    narrator.welcome(installation);
    await play(installation, narrator, interrupted.signal);
    if (args.includes('--once')) narrator.table(installation.mailbox.mails);
    else await narrator.stay(installation, interrupted.signal);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return args.includes('--once') ? 1 : 0;
    console.error(`demo: ${(error as Error).message}`);
    return 1;
  } finally {
    await installation?.stop();
  }
}

process.exitCode = await main(process.argv.slice(2));
