import { describe, expect, it } from 'vitest'
import { addressOf, routeOfArguments, routeOfLink } from '../../src/main/deepLink.ts'

const id = '01KAF3MZ7Q0000000000007QXD'

describe('a link to what a home has', () => {
  it('points at the page that shows it', () => {
    expect(routeOfLink(`bitgauge://run/${id}`)).toBe(`/results?run=${id}`)
    expect(routeOfLink(`bitgauge://study/${id}/`)).toBe(`/studies/${id}`)
    expect(addressOf('/jobs')).toBe('app://bitgauge/index.html#/jobs')
  })

  it.each([
    `bitgauge://run/${id}?start=1`,
    `bitgauge://run/${id}#/settings`,
    `bitgauge://run/../${id}`,
    `bitgauge://run/${id.toLowerCase()}`,
    `bitgauge://train/${id}`,
    `bitgauge://run/8${id.slice(1)}`, // beyond the range of a ULID
    `https://run/${id}`,
    `bitgauge://constructor/${id}`,
    `bitgauge://run/${id}\n`,
    '',
  ])('is nothing where it is anything else: %j', (link) => {
    expect(routeOfLink(link)).toBeNull()
  })

  it('is found among the arguments of a start', () => {
    expect(routeOfArguments(['/usr/bin/bitgauge', '--home', '/tmp/x', `bitgauge://model/${id}`])).toBe(`/models/${id}`)
    expect(routeOfArguments(['/usr/bin/bitgauge', 'bitgauge://'])).toBeNull()
  })
})
