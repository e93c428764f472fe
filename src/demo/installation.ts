import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../app/app.ts';
import { appOptions } from '../cli/app-options.ts';
import { parseFlags } from '../cli/flags.ts';
import { VERSION } from '../cli/version.ts';
import { createLogger } from '../log/logger.ts';
import { systemClock } from '../time/clock.ts';
import { demoConfig } from './config.ts';
import { Mailbox, type MailboxMail } from './mailbox.ts';
import { MailboxPage } from './mailbox-page.ts';

/** A whole Tocsin on loopback with a mail server, a page that shows its mails, and a directory that goes with it. */
export class Installation {
  readonly #cleanup: (() => Promise<void>)[] = [];
  #mailbox: Mailbox | undefined;
  #page: MailboxPage | undefined;
  #url = '';
  #configFile = '';

  /** @throws Error that says what could not be started; then nothing is left behind. */
  static async start(onMail: (mail: MailboxMail) => void): Promise<Installation> {
    const installation = new Installation();
    try {
      await installation.#start(onMail);
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  private constructor() {}

  /** Where Tocsin listens, without a slash at the end. */
  get url(): string {
    return this.#url;
  }

  get configFile(): string {
    return this.#configFile;
  }

  get mailbox(): Mailbox {
    return this.#mailbox as Mailbox;
  }

  get page(): MailboxPage {
    return this.#page as MailboxPage;
  }

  async stop(): Promise<void> {
    for (const step of this.#cleanup.splice(0).reverse()) await step();
  }

  async #start(onMail: (mail: MailboxMail) => void): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-demo-'));
    this.#cleanup.push(() => rm(directory, { recursive: true, force: true }));
    const mailbox = await Mailbox.start(0, onMail);
    this.#cleanup.push(() => mailbox.close());
    this.#mailbox = mailbox;
    const page = await MailboxPage.start(mailbox, await portLike(8025));
    this.#cleanup.push(() => page.close());
    this.#page = page;
    this.#configFile = join(directory, 'tocsin.yml');
    await writeFile(this.#configFile, demoConfig(mailbox.port));
    const address = `127.0.0.1:${await portLike(9093)}`;
    this.#url = `http://${address}`;
    const flags = parseFlags([
      `--config.file=${this.#configFile}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=${address}`,
      `--web.external-url=${this.#url}`,
    ]);
    const logger = createLogger('warn', 'logfmt');
    const app = await App.start(appOptions(flags, VERSION), { clock: systemClock, logger });
    this.#cleanup.push(() => app.stop());
  }
}

/** A loopback port that is free at this moment: the wanted one, if it is. */
async function portLike(wanted: number): Promise<number> {
  for (const port of [wanted, 0]) {
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch {
      // Taken: any other will do.
    } finally {
      server.close();
    }
  }
  throw new Error('no free port on 127.0.0.1');
}
