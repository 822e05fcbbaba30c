import type { ConfigureInput } from '../pipeline/messages.js';
import type { PipelineSettings } from '../pipeline/settings.js';
import type { PipelineState } from '../pipeline/state.js';
import { guaranteeWith } from '../table/target.js';

export type SettingsChange =
  | { readonly kind: 'changed'; readonly settings: PipelineSettings }
  | { readonly kind: 'refused'; readonly why: string };

/** Applies `configure` to the settings. A run that was started with exactly-once refuses settings that guarantee less. */
export function changeSettings(
  { settings, target }: Pick<PipelineState, 'settings' | 'target'>,
  { batch = {}, lanes = settings.lanes }: ConfigureInput,
): SettingsChange {
  const wanted = Object.fromEntries(
    Object.entries(batch).filter(([, value]) => value !== undefined),
  );
  const found = guaranteeWith(target, lanes);
  if (settings.guarantee === 'exactly-once' && found.level !== 'exactly-once') {
    return {
      kind: 'refused',
      why: `the start requires "guarantee":"exactly-once", but ${lanes} lanes would only provide ${found.level}: ${found.why.join('; ')}; then stop this run and start it again with ${lanes} lanes`,
    };
  }
  return {
    kind: 'changed',
    settings: { ...settings, lanes, batch: { ...settings.batch, ...wanted } },
  };
}
