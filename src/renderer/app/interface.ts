import { defineStore } from 'pinia'
import { computed, ref, watch, watchEffect } from 'vue'

export type Theme = 'light' | 'dark'
export type ThemeChoice = 'system' | Theme

const themeKey = 'bitgauge:theme'
const keysKey = 'bitgauge:single-keys'

/** What belongs to this window alone: its theme, and whether single letters act. Remembered by the browser, not by the home. */
export const useInterface = defineStore('interface', () => {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemTheme = ref<Theme>(system.matches ? 'dark' : 'light')
  system.addEventListener('change', () => (systemTheme.value = system.matches ? 'dark' : 'light'))

  const chosen = ref<ThemeChoice>(rememberedTheme())
  const theme = computed<Theme>(() => (chosen.value === 'system' ? systemTheme.value : chosen.value))
  watchEffect(() => (document.documentElement.dataset['theme'] = theme.value))
  watch(chosen, (now) => {
    if (now === 'system') localStorage.removeItem(themeKey)
    else localStorage.setItem(themeKey, now)
  })

  const singleKeys = ref(localStorage.getItem(keysKey) !== 'off')
  watch(singleKeys, (now) => {
    if (now) localStorage.removeItem(keysKey)
    else localStorage.setItem(keysKey, 'off')
  })

  function turnTheme(): void {
    chosen.value = theme.value === 'dark' ? 'light' : 'dark'
  }

  return { theme, chosen, turnTheme, singleKeys }
})

function rememberedTheme(): ThemeChoice {
  const value = localStorage.getItem(themeKey)
  return value === 'light' || value === 'dark' ? value : 'system'
}
