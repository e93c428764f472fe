import { createHmac } from 'node:crypto';

/** Secrets of one login, already read. undefined: not configured. */
export interface Credentials {
  readonly username: string;
  readonly identity: string;
  /** For PLAIN and LOGIN. */
  readonly password: string | undefined;
  /** For CRAM-MD5. */
  readonly secret: string | undefined;
}

export interface AuthContext {
  /** Whether what is sent cannot be read on its way: TLS, or the server is this machine. */
  readonly safe: boolean;
  /** Sends one line, resolves with the whole reply. */
  readonly command: (line: string) => Promise<string>;
}

/** A login that did not happen. `code`: the server's reply code; undefined when the refusal is ours. */
export class AuthError extends Error {
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

type Mechanism = (credentials: Credentials, context: AuthContext) => Promise<string>;

/** Mechanism to its dialogue, which resolves with the server's last reply. */
const MECHANISMS: ReadonlyMap<string, Mechanism> = new Map([
  ['CRAM-MD5', cramMd5],
  ['PLAIN', plain],
  ['LOGIN', login],
]);

/**
 * Logs in with the first of the server's mechanisms, in its order, that the credentials serve; as Alertmanager, whose
 * error texts these are.
 * @throws AuthError
 */
export async function authenticate(offered: readonly string[], credentials: Credentials, context: AuthContext) {
  const problems: string[] = [];
  for (const name of offered) {
    const mechanism = MECHANISMS.get(name);
    const problem = mechanism ? missing(name, credentials) : `unknown auth mechanism: ${name}`;
    if (mechanism && problem === undefined) {
      const reply = await mechanism(credentials, context);
      if (!reply.startsWith('235')) throw refused(name, reply);
      return;
    }
    problems.push(problem as string);
  }
  throw new AuthError(`find auth mechanism: ${problems.join('\n')}`);
}

function missing(mechanism: string, { password, secret }: Credentials): string | undefined {
  if (mechanism === 'CRAM-MD5') return secret ? undefined : 'missing secret for CRAM-MD5 auth mechanism';
  return password ? undefined : `missing password for ${mechanism} auth mechanism`;
}

async function plain({ identity, username, password }: Credentials, { safe, command }: AuthContext): Promise<string> {
  if (!safe) {
    throw new AuthError('PLAIN auth: unencrypted connection (set require_tls: true, or use a server on localhost)');
  }
  return command(`AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`);
}

async function login({ username, password }: Credentials, { command }: AuthContext): Promise<string> {
  let reply = await command('AUTH LOGIN');
  while (reply.startsWith('334')) {
    const prompt = Buffer.from(reply.slice(4), 'base64').toString('utf8').toLowerCase();
    const answer = prompt === 'username:' ? username : prompt === 'password:' ? password : undefined;
    if (answer === undefined) {
      await command('*');
      throw new AuthError('LOGIN auth: unexpected server challenge');
    }
    reply = await command(base64(answer));
  }
  return reply;
}

async function cramMd5({ username, secret }: Credentials, { command }: AuthContext): Promise<string> {
  const reply = await command('AUTH CRAM-MD5');
  if (!reply.startsWith('334')) return reply;
  const digest = createHmac('md5', secret as string)
    .update(Buffer.from(reply.slice(4), 'base64'))
    .digest('hex');
  return command(base64(`${username} ${digest}`));
}

function refused(mechanism: string, reply: string): AuthError {
  return new AuthError(`${mechanism} auth: ${reply}`, Number(reply.slice(0, 3)) || undefined);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
