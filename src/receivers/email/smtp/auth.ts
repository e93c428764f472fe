import { createHmac } from 'node:crypto';
import type { AccessToken } from '../../../http-client/oauth2-tokens.ts';

/** Secrets of one login, already read. undefined: not configured. */
export interface Credentials {
  readonly username: string;
  readonly identity: string;
  /** For PLAIN and LOGIN. */
  readonly password: string | undefined;
  /** For CRAM-MD5. */
  readonly secret: string | undefined;
  /** For XOAUTH2. */
  readonly token: AccessToken | undefined;
}

/** Everything in a login that nobody may read, in the forms in which a server could repeat it. */
export function secretsOf(credentials: Credentials): string[] {
  const { password, secret, token } = credentials;
  const sent = [...(password ? [plainText(credentials)] : []), ...(token ? [xoauth2Text(credentials)] : [])];
  // The longest first: they contain the others.
  return [...sent, password, secret, token?.text].filter((text) => text !== undefined && text !== '') as string[];
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
  ['XOAUTH2', xoauth2],
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

function missing(mechanism: string, { password, secret, token }: Credentials): string | undefined {
  if (mechanism === 'XOAUTH2') return token ? undefined : 'missing oauth2 for XOAUTH2 auth mechanism';
  if (mechanism === 'CRAM-MD5') return secret ? undefined : 'missing secret for CRAM-MD5 auth mechanism';
  return password ? undefined : `missing password for ${mechanism} auth mechanism`;
}

async function plain(credentials: Credentials, { safe, command }: AuthContext): Promise<string> {
  if (!safe) throw unencrypted('PLAIN');
  return command(`AUTH PLAIN ${base64(plainText(credentials))}`);
}

function plainText({ identity, username, password }: Credentials): string {
  return `${identity}\0${username}\0${password}`;
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

/** The SASL mechanism of Google and Microsoft. A refusal comes as a challenge that says why. */
async function xoauth2(credentials: Credentials, { safe, command }: AuthContext): Promise<string> {
  if (!safe) throw unencrypted('XOAUTH2');
  const reply = await command(`AUTH XOAUTH2 ${base64(xoauth2Text(credentials))}`);
  if (!reply.startsWith('334')) return reply;
  const why = challengeText(reply.slice(4));
  // An empty answer lets the server end the login.
  const end = await command('');
  return why === '' ? end : `${end} (${why})`;
}

function xoauth2Text({ username, token }: Credentials): string {
  return `user=${username}\x01auth=Bearer ${token?.text}\x01\x01`;
}

/** `{"status":"401","scope":"..."}` in base64 as `status 401, scope ...`. */
function challengeText(challenge: string): string {
  const text = Buffer.from(challenge, 'base64').toString('utf8');
  let words = text;
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    words = Object.entries(json)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ');
  } catch {
    // Whatever else it is, it is the server's word for what is wrong.
  }
  return words
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function unencrypted(mechanism: string): AuthError {
  return new AuthError(
    `${mechanism} auth: unencrypted connection (set require_tls: true, or use a server on localhost)`,
  );
}

function refused(mechanism: string, reply: string): AuthError {
  return new AuthError(`${mechanism} auth: ${reply}`, Number(reply.slice(0, 3)) || undefined);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
