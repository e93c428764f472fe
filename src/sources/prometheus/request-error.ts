/**
 * The request as a whole is refused, as go-openapi refuses it in Alertmanager: answered as `{"code", "message"}` with
 * this status. A validation code of 600 or more goes out as 422.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: 400 | 422;
  readonly code: number;

  constructor(status: 400 | 422, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** A body that is JSON but not what Go could decode. */
export function undecodable(reason: string): RequestError {
  return new RequestError(400, 400, `parsing alerts body from "" failed, because ${reason}`);
}

/** @param target Go's words for where the value was to go, e.g. `Go struct field Alert.labels of type string`. */
export function wrongType(value: unknown, target: string): RequestError {
  return undecodable(`json: cannot unmarshal ${goKind(value)} into ${target}`);
}

/** @param property its path, e.g. `0.labels`. */
export function missing(property: string): RequestError {
  return new RequestError(422, 602, `${property} in body is required`);
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
