import { AppError } from '../../../shared/errors.ts'
import { decodeSections, type Section } from './container.ts'
import { sectionKinds, type SectionName } from './sectionKinds.ts'

/** Takes the sections of a file one by one; each has to be the one, of the length, that follows from what was read before. */
export class SectionReader {
  readonly #sections: readonly Section[]
  #next = 0

  /** @throws AppError as `decodeSections` */
  constructor(bytes: Uint8Array) {
    this.#sections = decodeSections(bytes)
  }

  /** A section of any length. */
  takeAny(name: SectionName): Uint8Array {
    return this.#take(sectionKinds[name], 0)
  }

  take(kind: SectionName | number, part: number, length: number): Uint8Array {
    const number = typeof kind === 'number' ? kind : sectionKinds[kind]
    const bytes = this.#take(number, part)
    if (bytes.length === length) return bytes
    throw damaged(`${bytes.length} bytes in section ${this.#next - 1} of kind ${number}, in place of ${length}`)
  }

  float32(name: SectionName, part: number, count: number): Float32Array {
    return new Float32Array(this.#copy(name, part, 4 * count))
  }

  float64(name: SectionName, part: number, count: number): Float64Array {
    return new Float64Array(this.#copy(name, part, 8 * count))
  }

  int32(name: SectionName, part: number, count: number): Int32Array {
    return new Int32Array(this.#copy(name, part, 4 * count))
  }

  end(): void {
    const left = this.#sections.length - this.#next
    if (left > 0) throw damaged(`${left} sections more than the model has`)
  }

  #take(kind: number, part: number): Uint8Array {
    const section = this.#sections[this.#next]
    if (section?.kind !== kind || section.part !== part) {
      const found = section === undefined ? 'the end' : `kind ${section.kind} of part ${section.part}`
      throw damaged(`${found} where section ${this.#next} is of kind ${kind} of part ${part}`)
    }
    this.#next += 1
    return section.bytes
  }

  /** A copy of its own, so that it is aligned wherever the file lies in memory; `slice` of a Buffer would be a view of all of it. */
  #copy(name: SectionName, part: number, length: number): ArrayBuffer {
    return new Uint8Array(this.take(name, part, length)).buffer
  }
}

export function damaged(found: string): AppError {
  return new AppError('input-invalid', 'The file of the quantized model does not hold what it says.', { found })
}
