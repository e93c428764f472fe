import { didYouMean } from '../templating/nearest.ts';
import { type Command, runCommand } from './command.ts';
import { FlagError } from './flag-types.ts';
import { askedFor, helpText, parseFlags } from './flags.ts';
import { ALERTMANAGER_VERSION, VERSION } from './version.ts';

interface Entry {
  readonly usage: string;
  readonly summary: string;
  /** Each command loads what it needs and no more, so that the server starts quickly. */
  load(): Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  'check-config': {
    usage: 'check-config FILE...',
    summary: 'Validate configuration files.',
    load: async () => (await import('./check-config.ts')).checkConfig,
  },
  routes: {
    usage: 'routes show|test ...',
    summary: 'Show the routing tree, or which receivers an alert goes to.',
    load: async () => (await import('./routes.ts')).routes,
  },
  template: {
    usage: 'template render ...',
    summary: 'Show the email that a template makes of an alert.',
    load: async () => (await import('./template.ts')).template,
  },
  'send-test': {
    usage: 'send-test ...',
    summary: 'Send a test through a receiver and show what the server answered.',
    load: async () => (await import('./send-test.ts')).sendTest,
  },
  deliveries: {
    usage: 'deliveries list|show|retry',
    summary: 'List what could not be delivered, and retry it.',
    load: async () => (await import('./deliveries.ts')).deliveries,
  },
  backup: {
    usage: 'backup FILE',
    summary: 'Copy the store, also while Tocsin runs.',
    load: async () => (await import('./backup.ts')).backup,
  },
  health: {
    usage: 'health [URL]',
    summary: 'Check the health of a running Tocsin, e.g. for a container.',
    load: async () => (await import('./health-check.ts')).health,
  },
};

async function run(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return runCommand(await command.load(), rest);
  const wanted = askedFor(argv);
  if (wanted) {
    const version = `tocsin ${VERSION} (Alertmanager ${ALERTMANAGER_VERSION})\n`;
    process.stdout.write(wanted === 'version' ? version : helpText(usage()));
    return 0;
  }
  if (/^[a-z][\w-]*$/i.test(name)) throw unknownCommand(name);
  const flags = parseFlags(argv);
  const { serve } = await import('./serve.ts');
  return serve(flags, VERSION);
}

function usage(): string {
  const lines = Object.values(COMMANDS).map((command) => `  tocsin ${command.usage.padEnd(27)}${command.summary}`);
  return `Tocsin ${VERSION}: receives alerts and notifies people, compatible with Alertmanager ${ALERTMANAGER_VERSION}.

Usage:
  ${'tocsin [FLAGS]'.padEnd(34)}Serve.
${lines.join('\n')}

Each command has its own --help. In a clone, tocsin is "npm run tocsin --".`;
}

function unknownCommand(name: string): FlagError {
  const names = Object.keys(COMMANDS);
  // Bounded, because it is compared with each name.
  const meant = didYouMean(name.slice(0, 80), names);
  return new FlagError(`there is no command '${name}'${meant}; the commands are ${names.join(', ')}`);
}

/** Does what the command line asks for. @returns the exit code; a mistake on the command line is one line on stderr and 1. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    process.stderr.write(`tocsin: ${error.message}; see tocsin --help\n`);
    return 1;
  }
}
