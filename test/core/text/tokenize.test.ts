import { describe, expect, it } from 'vitest'
import { presets } from '../../../src/core/dataset/presets.ts'
import { createTokenizer } from '../../../src/core/text/tokenize.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'

describe('createTokenizer', () => {
  const agNews = createTokenizer(presets['ag-news'].tokenizer)

  it.each([
    ['Greece #39;s bid', ['greece', "'", 's', 'bid']],
    [' quot;We won, quot; he said', ['"', 'we', 'won', ',', '"', 'he', 'said']],
    ['AT amp;T up #36;5.20', ['at', '&', 't', 'up', '$', '5', '.', '20']],
    ['dwindling\\band of', ['dwindling', 'band', 'of']],
    ['&lt;b&gt;Oil&lt;/b&gt; &lt;FONT face="x"&gt;up', ['oil', 'up']],
    ['the result; a camp; an #hashtag;', ['the', 'result', ';', 'a', 'camp', ';', 'an', '#', 'hashtag', ';']],
    ['&amp;quot;twice&amp;quot;', ['"', 'twice', '"']],
    ['a < b and 3>2', ['a', '<', 'b', 'and', '3', '>', '2']],
    ['   ', []],
    ['', []],
  ])('reads %j of AG News as %j', (text, words) => {
    expect(agNews(text)).toEqual(words)
  })

  it('leaves bare entities alone by the default rules and repairs whole ones', () => {
    expect(createTokenizer(defaultTokenizer)('quot;x &eacute;t&#233; &#xe9; &bogus; &#xD800;')).toEqual([
      'quot',
      ';',
      'x',
      'été',
      'é',
      '&',
      'bogus',
      ';',
      '&',
      '#',
      'xd',
      '800',
      ';',
    ])
  })

  it('splits letters of any script from digits and marks them as one word', () => {
    expect(createTokenizer(defaultTokenizer)('Straße2 Cafe\u0301! 東京 ٣٤ a\u202eb\u0000c')).toEqual([
      'straße',
      '2',
      'café',
      '!',
      '東京',
      '٣٤',
      'a',
      'b',
      'c',
    ])
  })

  it('splits at white space alone where punctuation is kept', () => {
    const tokenize = createTokenizer({ ...defaultTokenizer, punctuation: 'keep', lowerCase: false })
    expect(tokenize("It's  a U.S. é-book\t(AP)")).toEqual(["It's", 'a', 'U.S.', 'é-book', '(AP)'])
  })

  it('gives the same words whether or not a character outside ASCII stands beside them', () => {
    const texts = ["don't stop_at 3.5% [x]{y}~`^|\\/@#", 'Tab\tand\u000bvertical\ffeed', '<a href=b>1e5</a>']
    const tokenize = createTokenizer(defaultTokenizer)
    for (const text of texts) expect(tokenize(`${text} é`)).toEqual([...tokenize(text), 'é'])
  })

  it('takes hostile texts of a megabyte', () => {
    for (const piece of ['<a', '&', '&#', '<', ' quot', '#39', '\\', '<a '.repeat(3)]) {
      expect(agNews(piece.repeat(300_000)).length).toBeGreaterThanOrEqual(0)
    }
  })
})
