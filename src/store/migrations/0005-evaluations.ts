import type { Migration } from './migration.ts'

/** A number of the result at a path; null where there is none, or something else stands there. */
const number = (path: string) =>
  `CASE WHEN json_type(result, '${path}') IN ('integer', 'real') THEN result ->> '${path}' END`
/** Id of the JSON at a path among the texts. */
const text = (path: string) => `(SELECT id FROM evaluation_texts WHERE text = result -> '${path}')`

const texts = [
  '$.model.name',
  '$.model.fingerprint',
  '$.family',
  '$.dataset.name',
  '$.split',
  '$.noise',
  '$.shift',
  '$.quantization.recipe',
  '$.quantization.bits',
  '$.quantization.calibration.composition',
]
const bounds = (path: string) => `json_object('level', result -> '${path}.level', 'method', result -> '${path}.method')`
const interval = '$.interval'
const difference = '$.quantization.float.difference'
const differenceInterval = `${difference}.interval`
const codes = `(SELECT json_group_array(DISTINCT value ->> '$.code') FROM json_each(warnings))`
const measured = `FROM runs WHERE stage = 'evaluation' AND json_type(result, '$.accuracy') IN ('integer', 'real')`

export const evaluationFigures: Migration = {
  version: 5,
  title: 'figures of evaluations beside their runs, so that a table of many reads no results',
  up: (db) => {
    // What many runs have in common stands once, as JSON. A run that is removed takes its figures along.
    db.exec(`
      CREATE TABLE evaluation_texts (
        id INTEGER NOT NULL PRIMARY KEY,
        text TEXT NOT NULL UNIQUE
      ) STRICT;

      CREATE TABLE evaluations (
        run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
        fingerprint TEXT,
        model INTEGER,
        model_fingerprint INTEGER,
        family INTEGER,
        dataset INTEGER,
        split INTEGER,
        noise INTEGER,
        shift INTEGER,
        recipe INTEGER,
        bits INTEGER,
        composition INTEGER,
        draw REAL,
        n REAL,
        accuracy REAL NOT NULL,
        low REAL,
        high REAL,
        bounds INTEGER,
        macro_f1 REAL,
        nll REAL,
        ece REAL,
        agreement REAL,
        difference REAL,
        difference_low REAL,
        difference_high REAL,
        difference_bounds INTEGER,
        bytes REAL,
        warnings INTEGER
      ) STRICT, WITHOUT ROWID;
    `)
    for (const path of texts) {
      db.exec(`INSERT OR IGNORE INTO evaluation_texts (text) SELECT DISTINCT result -> '${path}' AS text
        ${measured} AND result -> '${path}' IS NOT NULL ORDER BY text`)
    }
    for (const made of [bounds(interval), bounds(differenceInterval), codes])
      db.exec(`INSERT OR IGNORE INTO evaluation_texts (text) SELECT DISTINCT ${made} AS text ${measured} ORDER BY text`)
    db.exec(`INSERT INTO evaluations SELECT id,
      coalesce(result ->> '$.quantization.fingerprint', result ->> '$.model.fingerprint'),
      ${texts.map(text).join(', ')},
      ${number('$.quantization.calibration.draw')}, ${number('$.n')}, ${number('$.accuracy')},
      ${number(`${interval}.low`)}, ${number(`${interval}.high`)},
      (SELECT id FROM evaluation_texts WHERE text = ${bounds(interval)}),
      ${number('$.macroF1')}, ${number('$.nll')}, ${number('$.calibration.ece')},
      ${number('$.quantization.float.agreement')}, ${number(`${difference}.value`)},
      ${number(`${differenceInterval}.low`)}, ${number(`${differenceInterval}.high`)},
      (SELECT id FROM evaluation_texts WHERE text = ${bounds(differenceInterval)}),
      ${number('$.quantization.bytes')}, (SELECT id FROM evaluation_texts WHERE text = ${codes})
      ${measured}`)
  },
}
