import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
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

/** The secrets of a login, in the forms in which a server could repeat them. */
export function secretsOf(credentials: Credentials): string[] {
  const { password, secret, token } = credentials;
  const sent = [...(password ? [plainText(credentials)] : []), ...(token ? [xoauth2Text(credentials)] : [])];
  // The longest first: they contain the others.
  return [...sent, password, secret, token?.text].filter((text) => text !== undefined && text !== '') as string[];
}

/** What nodemailer's `login` takes for one mechanism. */
export interface MechanismLogin {
  readonly method: string;
  readonly credentials: { readonly user: string; readonly pass: string };
  /** Base64; of PLAIN and XOAUTH2. */
  readonly initialResponse?: string;
}

/** A failed login. `code`: the server's reply code; undefined when the refusal is ours. */
export class AuthError extends Error {
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

/** One mechanism that the server refused. */
export interface MechanismRefusal {
  readonly mechanism: string;
  /** The server's words, without secrets. */
  readonly reply: string;
  readonly code: number | undefined;
}

export interface AuthContext {
  /** Whether what is sent cannot be read on its way: TLS, or the server is this machine. */
  readonly safe: boolean;
  /** Runs one mechanism. Resolves with the server's words where it refuses; rejects when the connection ends. */
  readonly login: (login: MechanismLogin) => Promise<MechanismRefusal | undefined>;
}

type Build = (credentials: Credentials, safe: boolean) => MechanismLogin;

const BUILDERS: ReadonlyMap<string, Build> = new Map<string, Build>([
  ['CRAM-MD5', ({ username, secret = '' }) => ({ method: 'CRAM-MD5', credentials: { user: username, pass: secret } })],
  ['LOGIN', ({ username, password = '' }) => ({ method: 'LOGIN', credentials: { user: username, pass: password } })],
  ['PLAIN', (credentials, safe) => withInitialResponse('PLAIN', plainText(credentials), credentials, safe)],
  ['XOAUTH2', (credentials, safe) => withInitialResponse('XOAUTH2', xoauth2Text(credentials), credentials, safe)],
]);

/**
 * Logs in with the first of the server's mechanisms, in its order, that the credentials serve and that does not fail.
 * Error texts are Alertmanager's.
 * @throws AuthError
 */
export async function authenticate(offered: readonly string[], credentials: Credentials, context: AuthContext) {
  const problems: string[] = [];
  const refusals: MechanismRefusal[] = [];
  for (const mechanism of offered) {
    const build = BUILDERS.get(mechanism);
    const problem = build ? missing(mechanism, credentials) : `unknown auth mechanism: ${mechanism}`;
    if (!build || problem !== undefined) {
      problems.push(problem as string);
      continue;
    }
    const refusal = await context.login(build(credentials, context.safe));
    if (refusal === undefined) return;
    refusals.push(refusal);
  }
  if (refusals.length > 0) throw refused(refusals);
  throw new AuthError(`find auth mechanism: ${problems.join('\n')}`);
}

/** A temporary failure among them makes it worth another attempt. */
function refused(refusals: readonly MechanismRefusal[]): AuthError {
  const different = refusals.filter(({ reply }, i) => refusals.findIndex((other) => other.reply === reply) === i);
  const words = different.map(({ mechanism, reply }) => `${mechanism} auth: ${reply}`).join('; ');
  const decisive = refusals.find(({ code = 500 }) => code < 500) ?? refusals[0];
  return new AuthError(words, decisive?.code);
}

function missing(mechanism: string, { password, secret, token }: Credentials): string | undefined {
  if (mechanism === 'XOAUTH2') return token ? undefined : 'missing oauth2 for XOAUTH2 auth mechanism';
  if (mechanism === 'CRAM-MD5') return secret ? undefined : 'missing secret for CRAM-MD5 auth mechanism';
  return password ? undefined : `missing password for ${mechanism} auth mechanism`;
}

function withInitialResponse(method: string, text: string, { username }: Credentials, safe: boolean): MechanismLogin {
  if (!safe) {
    throw new AuthError(`${method} auth: unencrypted connection (set require_tls: true, or use a server on localhost)`);
  }
  return { method, credentials: { user: username, pass: text }, initialResponse: base64(text) };
}

function plainText({ identity, username, password }: Credentials): string {
  return `${identity}\0${username}\0${password}`;
}

/** The SASL mechanism of Google and Microsoft. */
function xoauth2Text({ username, token }: Credentials): string {
  return `user=${username}\x01auth=Bearer ${token?.text}\x01\x01`;
}

/**
 * nodemailer's custom handlers. It has no authorization identity for PLAIN, drops the reason that XOAUTH2 servers give in
 * a challenge, and does not know servers that take no initial response, nor LOGIN prompts of three digits.
 */
export const customAuth = { LOGIN: logInByPrompts, PLAIN: logInAtOnce, XOAUTH2: logInAtOnce };

/** LOGIN: the name, then the password, whatever the prompts say. */
async function logInByPrompts({ auth, sendCommand }: SMTPConnectionCustomAuthContext): Promise<void> {
  let { response } = await sendCommand('AUTH LOGIN');
  for (const answer of [auth.credentials.user, auth.credentials.pass]) {
    if (response.startsWith('334')) ({ response } = await sendCommand(base64(answer)));
  }
  if (!response.startsWith('235')) throw new LoginRefused(response);
}

/** PLAIN and XOAUTH2: one message, along with AUTH or after it. */
async function logInAtOnce({ auth, method, sendCommand }: SMTPConnectionCustomAuthContext): Promise<void> {
  const { initialResponse } = auth as unknown as MechanismLogin;
  const ask = async (line: string): Promise<string> => (await sendCommand(line)).response;
  let reply = await ask(`AUTH ${method} ${initialResponse}`);
  // "Syntax error": without it then (RFC 4954 has both).
  if (reply.startsWith('501')) reply = await ask(`AUTH ${method}`);
  if (isEmptyChallenge(reply)) reply = await ask(initialResponse as string);
  let reason = '';
  if (reply.startsWith('334')) {
    // A refusal that says why. An empty answer lets the server end the login.
    reason = challengeText(reply.slice(4));
    reply = await ask('');
  }
  if (!reply.startsWith('235')) throw new LoginRefused(reason === '' ? reply : `${reply} (${reason})`);
}

/** What a handler above fails with; nodemailer changes the message. */
export class LoginRefused extends Error {
  readonly reply: string;

  constructor(reply: string) {
    super(reply);
    this.reply = reply;
  }
}

function isEmptyChallenge(reply: string): boolean {
  return /^334(?:[ -]=?\s*)?$/.test(reply);
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
    // Not JSON: shown as it is, since it says what is wrong.
  }
  return words
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
