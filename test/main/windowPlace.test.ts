import { describe, expect, it } from 'vitest'
import { boundsOn } from '../../src/main/windowPlace.ts'

const displays = [
  { x: 0, y: 0, width: 1920, height: 1040 },
  { x: 1920, y: 0, width: 1280, height: 984 },
]
const at = (x: number, y: number) => ({ x, y, width: 1280, height: 800, maximized: false })

describe('where a window stood', () => {
  it('is where it opens again, also partly beyond the edge and on another display', () => {
    expect(boundsOn(at(100, 80), displays)).toEqual({ x: 100, y: 80, width: 1280, height: 800 })
    expect(boundsOn(at(-1100, 300), displays)).toEqual({ x: -1100, y: 300, width: 1280, height: 800 })
    expect(boundsOn(at(2000, 100), displays)?.x).toBe(2000)
  })

  it('is left to the system where its upper edge cannot be seen', () => {
    expect(boundsOn(at(2000, 100), displays.slice(0, 1))).toBeNull()
    expect(boundsOn(at(100, 1035), displays)).toBeNull()
    expect(boundsOn(at(100, -700), displays)).toBeNull()
    expect(boundsOn(at(-1250, 100), displays)).toBeNull()
    expect(boundsOn(null, displays)).toBeNull()
  })
})
