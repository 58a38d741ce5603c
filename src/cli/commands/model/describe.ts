import type { ModelRecord } from '../../../shared/contract/model.ts'
import { printable } from '../../output.ts'
import { percent, table } from '../../table.ts'
import { describeTrained } from '../train/describe.ts'

/** A model for a person. Class names come from files and are made harmless. */
export function describeModel(model: ModelRecord): string {
  const { spec, classes } = model
  const shown = classes.slice(0, 10).map((name) => printable(name).slice(0, 40))
  const more = classes.length > shown.length ? `, … ${classes.length - shown.length} more` : ''
  return [
    describeTrained(model, false),
    `  ${spec.words} ids, embedding ${spec.embedding}, hidden ${spec.hidden}, classes ${shown.join(', ')}${more}`,
    `  made ${model.created}`,
    ...historyOf(model),
  ].join('\n')
}

function historyOf({ training }: ModelRecord): string[] {
  if (training === null) return []
  const rows = training.history.map(({ epoch, loss, accuracy, dev, clipped }) => [
    `${epoch}${epoch === training.bestEpoch ? ' *' : ''}`,
    loss.toFixed(4),
    percent(accuracy),
    percent(dev?.accuracy ?? null),
    dev === null ? '–' : dev.nll.toFixed(4),
    String(clipped),
  ])
  return ['', ...table([['epoch', 'loss', 'train', 'dev', 'dev NLL', 'steps clipped'], ...rows])]
}
