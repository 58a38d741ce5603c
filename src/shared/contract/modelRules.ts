import { z } from 'zod'

const width = (usual: number) => z.int().min(1).max(4096).default(usual)

export const modelFamilySchema = z.enum(['discriminative', 'generative'])
export const poolingSchema = z.enum(['mean', 'last'])

/** `mean` and `last` look at a text's real words alone, never at padding. A text without words has the zero vector. */
export const discriminativeOptionsSchema = z.strictObject({
  family: z.literal('discriminative'),
  /** length of a word's vector */
  embedding: width(100),
  /** length of the LSTM's hidden vector and of its cell */
  hidden: width(100),
  pooling: poolingSchema.default('mean'),
  /** share of the text vector's elements that a training step sets to zero; the others are divided by 1 - share */
  dropout: z.number().min(0).max(0.95).default(0.5),
})

/**
 * A language model conditioned on the class: `p(text, y) = p(y) * prod_t p(word_t | words before, y)`.
 *
 * `shared`: one LSTM for all classes, `logit(v, y) = u_v . [h_t ; e_y] + b_v`, and with `classBias` `+ b_yv`. `independent`: a whole
 * language model for each class, which shares nothing with the others.
 *
 * @see arXiv:1703.01898, section 2.2
 */
export const generativeOptionsSchema = z.strictObject({
  family: z.literal('generative'),
  head: z.enum(['shared', 'independent']).default('shared'),
  embedding: width(100),
  hidden: width(100),
  /** length of a class's vector; the shared head alone has one */
  labelEmbedding: width(100),
  /** a bias of each word in each class, beside that of each word; the shared head alone has one */
  classBias: z.boolean().default(false),
  /** `trained`: p(y) from the classes' counts in the training texts, each raised by one; `uniform`: 1 / classes */
  prior: z.enum(['uniform', 'trained']).default('uniform'),
  /** whether a text ends with a predicted EOS, so that its length bears on its probability */
  predictEnd: z.boolean().default(false),
})

/** What a person chooses of a model. */
export const modelOptionsSchema = z.discriminatedUnion('family', [discriminativeOptionsSchema, generativeOptionsSchema])

const sizes = {
  /** word ids, the four reserved ones included */
  words: z.int().min(5).max(1_048_576),
  classes: z.int().min(2).max(65_536),
}

/** A model's structure, complete: its options and what its dataset adds. */
export const modelSpecSchema = z.discriminatedUnion('family', [
  discriminativeOptionsSchema.extend(sizes),
  generativeOptionsSchema.extend(sizes),
])

export type ModelOptions = z.infer<typeof modelOptionsSchema>
export type ModelSpec = z.infer<typeof modelSpecSchema>
export type DiscriminativeSpec = Extract<ModelSpec, { family: 'discriminative' }>
export type GenerativeSpec = Extract<ModelSpec, { family: 'generative' }>
