import type { FloatArray, Weights } from '../../core/model/weights.ts'
import type { Ops } from './ops.ts'
import { Variable } from './variable.ts'

/** A model's parameters, or numbers beside them, in the native library; by name. */
export class Variables {
  readonly #byName: ReadonlyMap<string, Variable>

  constructor(ops: Ops, values: Weights) {
    this.#byName = new Map([...values].map(([name, value]) => [name, new Variable(ops, value)]))
  }

  /** Zeros in the shapes of others. */
  static zerosLike(ops: Ops, values: Weights): Variables {
    return new Variables(
      ops,
      new Map([...values].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }])),
    )
  }

  get(name: string): Variable {
    const variable = this.#byName.get(name)
    if (variable === undefined) throw new Error(`no variable ${name}`)
    return variable
  }

  read(): Map<string, FloatArray> {
    return new Map([...this.#byName].map(([name, variable]) => [name, variable.read()]))
  }

  assign(values: Weights): void {
    for (const [name, { data }] of values) this.get(name).assign(data)
  }

  dispose(): void {
    for (const variable of this.#byName.values()) variable.dispose()
  }
}
