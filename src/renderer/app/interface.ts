import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'

export const pages = ['start', 'jobs'] as const
export type Page = (typeof pages)[number]
export type Theme = 'light' | 'dark'

const themeKey = 'bitgauge:theme'

/** What belongs to this window alone: its page and its theme. */
export const useInterface = defineStore('interface', () => {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemTheme = ref<Theme>(system.matches ? 'dark' : 'light')
  system.addEventListener('change', () => (systemTheme.value = system.matches ? 'dark' : 'light'))

  const chosen = ref(rememberedTheme())
  const theme = computed<Theme>(() => chosen.value ?? systemTheme.value)
  watchEffect(() => (document.documentElement.dataset.theme = theme.value))

  const page = ref(pageOf(location.hash))
  window.addEventListener('hashchange', () => (page.value = pageOf(location.hash)))

  function turnTheme(): void {
    chosen.value = theme.value === 'dark' ? 'light' : 'dark'
    localStorage.setItem(themeKey, chosen.value)
  }

  return { theme, turnTheme, page }
})

function rememberedTheme(): Theme | undefined {
  const value = localStorage.getItem(themeKey)
  return value === 'light' || value === 'dark' ? value : undefined
}

function pageOf(hash: string): Page {
  return pages.find((page) => hash === `#/${page}`) ?? 'start'
}
