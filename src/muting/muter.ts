import type { LabelSet } from '../alert/label-set.ts';

/**
 * A pure question, asked by a flush and by the API alike: what mutes an alert with these labels now?
 * The answer names it (silence ids; the fingerprint of the inhibiting alert); empty means not muted.
 */
export interface Muter {
  mutes(labels: LabelSet, now: number): readonly string[];
}
