import type { Request, RequestHandler } from 'express';
import { goQuote } from '../../../alert/label-set.ts';
import { type Matcher, sameMatcher } from '../../../alert/matcher.ts';
import { type Silence, SilenceError, type SilenceState } from '../../../muting/silences.ts';
import type { BodyReader } from '../../body.ts';
import type { HttpDeps } from '../../deps.ts';
import { JsonStream } from '../../json-stream.ts';
import { handlerError, requestError, sendJson } from './errors.ts';
import { Query } from './params.ts';
import { checkAccept, readJsonBody } from './request.ts';
import { type MatcherReader, RequestMatchers } from './request-matchers.ts';
import { readSilence } from './silence-body.ts';
import { silenceJson } from './wire.ts';

interface Shown {
  readonly silence: Silence;
  readonly state: SilenceState;
}

/**
 * GET /api/v2/silences: active ones (soonest end first), pending (soonest start first), expired (latest end first).
 * `filter` compares matchers: a silence passes that has every one of them.
 */
export function getSilences(deps: HttpDeps, reader: MatcherReader): RequestHandler {
  return async (request, response) => {
    checkAccept(request);
    const query = new Query(request);
    const wanted = new RequestMatchers(query, reader).filter();
    const now = deps.clock.now();
    const shown: Shown[] = [];
    const stream = new JsonStream(response);
    for (const silence of [...deps.silences.list()]) {
      if (stream.due) await stream.turn();
      const state = deps.silences.state(silence, now);
      if (query.flag(state) && hasMatchers(silence, wanted)) shown.push({ silence, state });
    }
    stream.text = '[';
    for (const [i, { silence, state }] of shown.sort(compareShown).entries()) {
      stream.text += (i === 0 ? '' : ',') + silenceJson(silence, state);
      if (stream.due && !(await stream.turn())) return;
    }
    stream.text += ']\n';
    stream.end();
  };
}

function hasMatchers({ matcherSets }: Silence, wanted: readonly Matcher[]): boolean {
  return matcherSets.some((set) => wanted.every((matcher) => set.some((own) => sameMatcher(own, matcher))));
}

const STATES: readonly SilenceState[] = ['active', 'pending', 'expired'];

function compareShown(a: Shown, b: Shown): number {
  if (a.state !== b.state) return STATES.indexOf(a.state) - STATES.indexOf(b.state);
  if (a.state === 'active') return a.silence.endsAt - b.silence.endsAt;
  if (a.state === 'pending') return a.silence.startsAt - b.silence.startsAt;
  return b.silence.endsAt - a.silence.endsAt;
}

/** POST /api/v2/silences: creates, or changes the one with this id. */
export function postSilence(deps: HttpDeps, bodies: BodyReader): RequestHandler {
  return async (request, response) => {
    const posted = readSilence(await readJsonBody(request, 'silence', bodies));
    if (posted.startsAt >= posted.endsAt) {
      throw handlerError(400, 'Failed to create silence: start time must be before end time');
    }
    if (posted.endsAt < deps.clock.now()) {
      throw handlerError(400, "Failed to create silence: end time can't be in the past");
    }
    const { id, matchers, ...rest } = posted;
    const silenceID = await deps.silences
      .set({ ...(id !== '' && { id }), matcherSets: [matchers], ...rest })
      .catch(refuse);
    sendJson(response, 200, `${JSON.stringify({ silenceID })}\n`);
  };
}

function refuse(error: unknown): never {
  if (error instanceof SilenceError) throw handlerError(error.code === 'not-found' ? 404 : 400, error.message);
  throw error;
}

/** GET /api/v2/silence/{id}. */
export function getSilence(deps: HttpDeps): RequestHandler {
  return (request, response) => {
    checkAccept(request);
    const silence = deps.silences.get(silenceId(request));
    if (!silence) response.status(404).end();
    else sendJson(response, 200, `${silenceJson(silence, deps.silences.state(silence, deps.clock.now()))}\n`);
  };
}

/** DELETE /api/v2/silence/{id}: expires it. */
export function deleteSilence(deps: HttpDeps): RequestHandler {
  return async (request, response) => {
    checkAccept(request);
    const id = silenceId(request);
    if (!deps.silences.get(id)) return void response.status(404).end();
    await deps.silences.expire(id);
    response.end();
  };
}

const UUID = /^[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}$/i;

function silenceId(request: Request): string {
  const id = String(request.params.silenceID);
  if (!UUID.test(id)) throw requestError(601, `silenceID in path must be of type uuid: ${goQuote(id)}`);
  return id;
}
