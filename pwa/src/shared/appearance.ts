import { computed, ref, watchEffect } from 'vue'
import { languageTag } from './i18n'
import { setting } from './settings-store'

/** `system` follows the phone's own choice of light and dark. */
export const theme = setting<'system' | 'light' | 'dark'>('theme', 'system')
export const textSize = setting<'normal' | 'large' | 'larger'>('text-size', 'normal')

const systemDark = ref(false)
const dark = computed(() => theme.value === 'dark' || (theme.value === 'system' && systemDark.value))

/** Puts the choices where the stylesheet and the browser's own bars look for them. */
export function applyAppearance(root: HTMLElement): void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  systemDark.value = query.matches
  query.addEventListener('change', () => (systemDark.value = query.matches))

  watchEffect(() => {
    root.dataset.theme = dark.value ? 'dark' : 'light'
    root.dataset.textSize = textSize.value
    root.lang = languageTag()
    const ground = getComputedStyle(root).getPropertyValue('--ground')
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]'))
      meta.content = ground
  })
}
