/** Central could not be asked, or gave an answer that decides nothing. The message says what to do; no secret is in it. */
export class CentralError extends Error {
  override readonly name = 'CentralError';
  /** ms that Central asks to wait; undefined: it does not say. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** What to do about a status that is no success. */
export function statusProblem(status: number): string {
  if (status === 401)
    return 'Central does not know the token (401): is the one in token_file right, and not expired or revoked?';
  if (status === 403) return 'the token may not read alerts (403): give its role read access to Alert';
  if (status === 404) return 'there is no such API (404): is url the address of Central itself?';
  if (status === 429) return 'Central has too much to do (429): a longer poll_interval asks less';
  if (status >= 500) return `Central has trouble of its own (${status})`;
  return `unexpected status ${status}: is url the address of Central itself, without a proxy or login page before it?`;
}
