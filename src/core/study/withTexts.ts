import { isScalar, parseDocument } from 'yaml'
import { AppError } from '../../shared/errors.ts'

/**
 * The file of a study of generated texts with another number of them; every other byte stays.
 *
 * @throws AppError `input-invalid` where the file does not say how many texts there are
 */
export function withTexts(yaml: string, size: number): string {
  const node = parseDocument(yaml).getIn(['dataset', 'generate', 'size'], true)
  if (!isScalar(node) || node.range == null)
    throw new AppError('input-invalid', 'The study does not say how many texts it generates.', {
      expected: 'dataset.generate.size',
    })
  return `${yaml.slice(0, node.range[0])}${size}${yaml.slice(node.range[1])}`
}
