/**
 * Why there is no answer:
 * - `credentials`: a file with a password, token or header cannot be read;
 * - `tls`: the `tls_config` cannot be used (a file cannot be read, is no certificate, or the key is another one's);
 * - `token`: the OAuth 2 server gave no token;
 * - `timeout`, `canceled`: the request's signal aborted, by a TimeoutError or otherwise;
 * - `network`: everything else, from an invalid URL to a connection that was reset.
 */
export type HttpFailure = 'credentials' | 'tls' | 'token' | 'timeout' | 'canceled' | 'network';

/** A request without an answer. The message holds no secret and no URL. */
export class HttpClientError extends Error {
  override readonly name = 'HttpClientError';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
