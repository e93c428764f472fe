import { nearest } from '../templating/nearest.ts';
import { FlagError } from './flag-types.ts';
import { askedFor, helpText, parseFlags } from './flags.ts';
import { VERSION } from './version.ts';

const USAGE = `Tocsin ${VERSION}: alerts in, well-made mail out.

Usage:
  tocsin [FLAGS]                    Serve.
  tocsin check-config FILE...       Say what a configuration holds, or everything that is wrong with it.
  tocsin routes show|test ...       Draw the routes, or say which receivers an alert goes to.
  tocsin template render ...        Show the mail that a template makes of an alert.
  tocsin send-test ...              Send a test by a receiver, and say what the server answered.
  tocsin deliveries list|show|retry Say what could not be delivered, and try it again.
  tocsin backup FILE                Copy the store, also while Tocsin runs.
  tocsin health [URL]               Ask a running Tocsin how it is: for a container's health check.

Each says more with --help. In a checkout, tocsin is "npx node src/main.js".`;

/** Each command loads what it needs and no more, so that the server starts quickly. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  async 'check-config'(args) {
    const { checkConfigCommand } = await import('./commands.ts');
    return checkConfigCommand(args);
  },
  async routes(args) {
    const { routes } = await import('./routes.ts');
    return routes(args);
  },
  async template(args) {
    const { template } = await import('./template.ts');
    return template(args);
  },
  async 'send-test'(args) {
    const { sendTestCommand } = await import('./send-test.ts');
    return sendTestCommand(args);
  },
  async deliveries(args) {
    const { deliveries } = await import('./deliveries.ts');
    return deliveries(args);
  },
  async backup(args) {
    const { backup } = await import('./backup.ts');
    return backup(args);
  },
  async health(args) {
    const { health } = await import('./health-check.ts');
    return health(args);
  },
};

async function run(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command(rest);
  const wanted = askedFor(argv);
  if (wanted) {
    process.stdout.write(wanted === 'version' ? `tocsin ${VERSION} (Alertmanager 0.34)\n` : helpText(USAGE));
    return 0;
  }
  if (/^[a-z][\w-]*$/i.test(name)) throw unknownCommand(name);
  const flags = parseFlags(argv);
  const { serve } = await import('./serve.ts');
  return serve(flags, VERSION);
}

function unknownCommand(name: string): FlagError {
  const names = Object.keys(COMMANDS);
  // Bounded, as what is compared with each name.
  const near = nearest(name.slice(0, 80), names);
  const meant = near === undefined ? '' : `, did you mean '${near}'?`;
  return new FlagError(`there is no command '${name}'${meant || ';'} the commands are ${names.join(', ')}; see --help`);
}

/** Does what the command line asks for. @returns the exit code; a mistake on the command line is one line on stderr and 1. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    process.stderr.write(`tocsin: ${error.message}\n`);
    return 1;
  }
}
