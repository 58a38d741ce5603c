import type { Locator, Page } from 'playwright-core'
import { hasFocus, leaveField, reach } from './focus.ts'
import { pagePlaces, type PageName } from './pagePlaces.ts'

/** What a person does with a window, by mouse or by keyboard. */
export interface Hand {
  readonly page: Page
  /** Goes to a page of the window. */
  go(name: PageName): Promise<void>
  /** A button, a link, a chip. */
  press(thing: Locator): Promise<void>
  /** What the page is for: the same as pressing that button. */
  primary(button: Locator): Promise<void>
  write(field: Locator, text: string): Promise<void>
  /** An option of a list, by the words that it begins with. */
  choose(list: Locator, label: string): Promise<void>
  /** An item of a menu that a button opens. */
  menu(button: Locator, item: string): Promise<void>
  /** A share on its slider, in per cent. */
  slide(slider: Locator, percent: number): Promise<void>
  /** A cell of a table of results, counted from 0. */
  cell(table: Locator, row: number, column: number): Promise<void>
}

/** By mouse, and by typing where there is something to write. */
export function mouseHand(page: Page): Hand {
  const press = (thing: Locator): Promise<void> => thing.click()
  return {
    page,
    go: (name) =>
      press(page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: pagePlaces[name].title })),
    press,
    primary: press,
    write: async (field, text) => {
      await field.fill(text)
      await field.blur()
    },
    choose: async (list, label) => {
      await list.selectOption((await optionBeginning(list, label).getAttribute('value')) ?? '')
    },
    menu: async (button, item) => {
      await press(button)
      await press(page.getByRole('menuitem', { name: item }))
    },
    slide: async (slider, percent) => {
      const { width = 0, height = 0 } = (await slider.boundingBox()) ?? {}
      await slider.click({ position: { x: Math.min(width - 1, (width * percent) / 100), y: height / 2 } })
    },
    cell: (table, row, column) => press(cellAt(table, row, column)),
  }
}

/** By keys alone: every place is come to by Tab, by arrows or by a key of the window. */
export function keyHand(page: Page): Hand {
  const { keyboard } = page
  const press = async (thing: Locator): Promise<void> => {
    await reach(page, thing)
    await keyboard.press('Enter')
  }
  return {
    page,
    go: async (name) => {
      await leaveField(page)
      await keyboard.press('g')
      await keyboard.press(pagePlaces[name].letter)
      await page
        .getByRole('link', { name: pagePlaces[name].title })
        .and(page.locator('[aria-current="page"]'))
        .waitFor()
      await page.locator('main[aria-busy="false"]').waitFor()
    },
    press,
    primary: async (button) => {
      await button.and(page.locator(':not([aria-disabled="true"])')).waitFor()
      await keyboard.press('Control+Enter')
    },
    write: async (field, text) => {
      await reach(page, field)
      await keyboard.press('Control+a')
      await keyboard.type(text)
      await keyboard.press('Tab')
    },
    choose: async (list, label) => {
      await reach(page, list)
      await keyboard.press('Space')
      await keyboard.press('Home')
      const wanted = optionBeginning(list, label)
      for (let step = 0; step < 100 && !(await hasFocus(wanted)); step += 1) await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
    },
    menu: async (button, item) => {
      await press(button)
      const wanted = page.getByRole('menuitem', { name: item })
      await wanted.waitFor()
      for (let step = 0; step < 50 && !(await hasFocus(wanted)); step += 1) await keyboard.press('ArrowDown')
      await keyboard.press('Enter')
    },
    slide: async (slider, percent) => {
      await reach(page, slider)
      const now = Number(await slider.getAttribute('aria-valuenow'))
      const tenths = Math.round(Math.abs(percent - now) * 10)
      const [leap, step, fine] =
        percent > now ? ['PageUp', 'Shift+ArrowRight', 'ArrowRight'] : ['PageDown', 'Shift+ArrowLeft', 'ArrowLeft']
      const times = async (key: string, count: number): Promise<void> => {
        for (let k = 0; k < count; k += 1) await keyboard.press(key)
      }
      await times(leap, Math.floor(tenths / 100))
      await times(step, Math.floor((tenths % 100) / 10))
      await times(fine, tenths % 10)
    },
    cell: async (table, row, column) => {
      await reach(page, table)
      await keyboard.press('Home')
      for (let k = 0; k < row; k += 1) await keyboard.press('ArrowDown')
      for (let k = 0; k < column; k += 1) await keyboard.press('ArrowRight')
      await keyboard.press('Enter')
    },
  }
}

function cellAt(table: Locator, row: number, column: number): Locator {
  return table.locator(`[role="row"][aria-rowindex="${row + 2}"] [role="gridcell"]`).nth(column)
}

function optionBeginning(list: Locator, label: string): Locator {
  return list
    .locator('option')
    .filter({ hasText: new RegExp(`^\\s*${label}`) })
    .first()
}
