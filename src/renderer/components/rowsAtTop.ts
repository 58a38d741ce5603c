import { elementScroll, type VirtualizerOptions } from '@tanstack/vue-virtual'

type Options = Pick<VirtualizerOptions<HTMLElement, Element>, 'observeElementRect' | 'scrollToFn'>

/**
 * Options of a list of rows that is made with its page: it asks nothing of the page's layout before the page is laid out anyway, which by itself it
 * does twice, to learn its size and to go to where it is. Until the first layout `initialRect` holds.
 */
export function rowsAtTop(): Options {
  let moved = false
  return {
    observeElementRect: ({ scrollElement }, tell) => {
      if (scrollElement === null) return undefined
      const observer = new ResizeObserver(([entry]) => {
        const size = entry?.borderBoxSize[0]
        if (size !== undefined) tell({ width: Math.round(size.inlineSize), height: Math.round(size.blockSize) })
      })
      observer.observe(scrollElement, { box: 'border-box' })
      return () => observer.disconnect()
    },
    scrollToFn: (offset, options, instance) => {
      moved ||= offset !== 0
      if (moved) elementScroll(offset, options, instance)
    },
  }
}
