/** Alertmanager's reasons of a failed notification: a metric label, its series there from the start. */
export const FAILURE_REASONS = [
  'other',
  'clientError',
  'serverError',
  'contextCanceled',
  'contextDeadlineExceeded',
  'authError',
  'rateLimited',
  'templateError',
  'fileReadError',
  'configError',
  'encodingError',
  'requestError',
  'missingContext',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];
