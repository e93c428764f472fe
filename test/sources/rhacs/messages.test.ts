import { describe, expect, it } from 'vitest';
import { rhacs } from '../../../src/sources/rhacs/rhacs.ts';
import { context, DAY, fixture, NOW, only } from '../context.ts';

const ctx = context(DAY);

describe('audit messages', () => {
  const call = {
    user: { username: 'u' },
    request: { endpoint: '/v1.S/M', method: 'GRPC' },
    time: '2026-08-20T10:00:00Z',
  };

  it('is one alert however often it is sent, and another for every other call', () => {
    const print = (audit: object) => only(rhacs, { audit }, ctx).labels.fingerprint;
    expect(print(call)).toBe(print(structuredClone(call)));
    expect(print(call)).not.toBe(print({ ...call, time: '2026-08-20T10:00:01Z' }));
    expect(print(call)).not.toBe(print({ ...call, request: { ...call.request, payload: { id: '1' } } }));
  });

  it('warns of a refused call', () => {
    const { labels, annotations } = only(rhacs, { audit: { ...call, status: 'AUTH_FAILED', statusReason: 'no' } }, ctx);
    expect(labels.get('severity')).toBe('warning');
    expect(labels.get('alertname')).toBe('RHACS audit: GRPC /v1.S/M');
    expect(annotations.toJSON()).toEqual({ summary: 'u called GRPC /v1.S/M: auth failed', status_reason: 'no' });
  });

  it('keeps its details within bounds', () => {
    const audit = { ...call, request: { ...call.request, payload: 'x'.repeat(5_000_000) } };
    expect(JSON.stringify(only(rhacs, { audit }, ctx).details).length).toBeLessThan(260_000);
  });
});

describe('network policies', () => {
  it('is another alert for other YAML or another cluster', () => {
    const print = (networkpolicy: object) => only(rhacs, { networkpolicy }, ctx).labels.fingerprint;
    const prints = [
      { cluster: 'a', yaml: 'x' },
      { cluster: 'b', yaml: 'x' },
      { cluster: 'a', yaml: 'y' },
    ].map(print);
    expect(new Set(prints).size).toBe(3);
  });

  it('keeps up to a million characters of YAML', () => {
    const details = (length: number) =>
      only(rhacs, { networkpolicy: { cluster: 'a', yaml: 'y'.repeat(length) } }, ctx).details;
    expect(details(900_000)).toEqual({ networkpolicy: { cluster: 'a', yaml: 'y'.repeat(900_000) } });
    expect(details(2_000_000)).toMatchObject({ omitted: { values: 1 } });
  });
});

describe('the Test button', () => {
  it('is notified at every press', () => {
    const body = fixture('19-test-button');
    const later = { ...ctx, now: NOW + 1_000 };
    expect(only(rhacs, body, ctx).labels.fingerprint).not.toBe(only(rhacs, body, later).labels.fingerprint);
  });

  it('carries the extra fields', () => {
    expect(only(rhacs, { team: 'a', ...(fixture('19-test-button') as object) }, ctx).labels.get('extra_team')).toBe(
      'a',
    );
  });
});
